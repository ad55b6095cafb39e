"""`local-embeddings` from the packed npm package: real torch, the real model from a hub on loopback, real vectors."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from ktx_onnx_embeddings.model import OnnxModel

from ktx_embeddings.remote import RemoteBackend
from ktx_local_embeddings.model_files import MINILM
from ktx_runtime.api import EmbeddingModel
from ktx_runtime.daemon.client import get_health, post
from ktx_runtime.daemon.record import DaemonRecord, read_daemon_record
from ktx_runtime.testing.conformance import EmbeddingConformance
from tests.docs.session import Shell, mismatches, shims
from tests.embeddings.hub import Hub, model_hub
from tests.npm.package import CHECKOUT, UV, Launcher, make_place, path_with, python_directory
from tests.support.model import real_model
from tests.support.nearness import overlap_of_ten_nearest
from tests.support.varied_texts import varied_texts
from tests.support.waiting import wait_until

PATIENCE = 590
TEXTS = ["revenue by country", "x", "Umsatz je Straße", "売上高を国別に", "word " * 400, "An order has lines. " * 12]
ENCODE = """
import json, sys
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True)
print(json.dumps(model.encode(json.load(sys.stdin), batch_size=16).tolist()))
"""
IN_PRECISION = """
import json, os, sys
from ktx_embeddings.batches import batches, estimated_tokens
from ktx_local_embeddings.backend import SentenceTransformersBackend
texts, told = json.load(sys.stdin), {}
for precision in sys.argv[1:]:
    model = SentenceTransformersBackend().load(os.environ | {"KTX_EMBEDDING_PRECISION": precision})
    vectors = [None] * len(texts)
    tokens = [estimated_tokens(text, model.most_tokens) for text in texts]
    for batch in batches(tokens, batch_tokens=model.batch_tokens, batch_texts=model.batch_texts):
        for index, vector in zip(batch, model.embed([texts[index] for index in batch]).vectors.tolist()):
            vectors[index] = vector
    told[precision] = {"detail": model.detail, "vectors": vectors}
print(json.dumps(told))
"""
ORDERS = """
name: orders
table: orders
grain: [id]
columns:
  - {name: id, type: number}
  - {name: shipped_at, type: time, description: When the parcel left the warehouse.}
measures:
  - {name: revenue, expr: sum(amount), description: Money that customers paid for their orders.}
  - {name: late_parcels, expr: count(*)}
"""
SIDE_BY_SIDE = """
import json, os, sys
from concurrent.futures import ThreadPoolExecutor
from ktx_local_embeddings.backend import SentenceTransformersBackend
texts = json.load(sys.stdin)
def load():
    return SentenceTransformersBackend().load(os.environ | {"KTX_EMBEDDING_PRECISION": "float32"})
model = load()
with ThreadPoolExecutor(model.lanes) as pool:
    beside = list(pool.map(lambda text: model.embed_beside([text]).vectors[0].tolist(), texts))
    again = pool.submit(load).result()
print(json.dumps({"lanes": [model.lanes, again.lanes], "beside": beside, "alone": model.embed(texts).vectors.tolist()}))
"""
WHOEVER_CALLS = """
import json, os, sys
from threading import Barrier, Thread
from ktx_local_embeddings.backend import SentenceTransformersBackend
texts, threads = json.load(sys.stdin), []
model = SentenceTransformersBackend().load(dict(os.environ))
def call_and_stay():
    model.embed(texts)
    called.wait()
    Barrier(2).wait()
for _ in range(5):
    called = Barrier(2)
    Thread(target=call_and_stay, daemon=True).start()
    called.wait()
    threads.append(len(os.listdir("/proc/self/task")))
print(json.dumps(threads), flush=True)
os._exit(0)
"""
GRAPHS = """
import json, os, sys, torch
from ktx_local_embeddings.backend import SentenceTransformersBackend
from ktx_local_embeddings.computation import Computation
def features(texts, tokens):
    return {"input_ids": torch.arange(texts * tokens).reshape(texts, tokens) % 7}
def told(decide):
    class Model(torch.nn.Module):
        def forward(self, given):
            ids = given["input_ids"].float()
            return {"sentence_embedding": torch.stack([ids.sum(1) + decide(ids), ids.mean(1) + 1], dim=1)}
    model = Model()
    computation = Computation(model, torch.device("cpu"), [features(2, 4), features(1, 3), features(3, 9)])
    right = all(
        torch.equal(computation(each), torch.nn.functional.normalize(model(each)["sentence_embedding"], dim=-1))
        for each in (features(2, 4), features(1, 3), features(5, 8), features(2, 30))
    )
    return [computation.is_graph, right]
def refuse(ids):
    if torch.jit.is_tracing():
        raise RuntimeError("not this one")
    return 1.0
print(json.dumps({
    "nothing": told(lambda ids: 0.0),
    "by texts": told(lambda ids: 5.0 if ids.shape[0] > 2 else 1.0),
    "by tokens": told(lambda ids: 5.0 if ids.shape[1] > 5 else 1.0),
    "by more tokens": told(lambda ids: 5.0 if ids.shape[1] > 20 else 1.0),
    "by content": told(lambda ids: 5.0 if ids.sum() > 8 else 1.0),
    "never": told(refuse),
    "the real model": SentenceTransformersBackend().load(dict(os.environ)).is_graph,
}))
"""
pytestmark = pytest.mark.xdist_group("local-embeddings")
"""One process installs torch, not each."""


def torch_settings(directory: Path) -> dict[str, str]:
    """Where a build of torch for the CPU lies in a folder of wheels, take that one; else uv asks torch's own index."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    folders = f"{os.environ.get('PIP_FIND_LINKS', '')} {os.environ.get('UV_FIND_LINKS', '')}".replace(",", " ").split()
    for folder in folders:
        for wheel in sorted(Path(folder).glob(f"torch-*+cpu-{tag}-*.whl")):
            constraint = directory / "torch.txt"
            constraint.write_text(f"torch=={wheel.name.split('-')[1].partition('+')[0]}\n")
            return {"UV_FIND_LINKS": folder, "UV_CONSTRAINT": str(constraint)}
    return {}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Launcher]:
    """`ktx setup local-embeddings` on an empty machine."""
    directory = tmp_path_factory.mktemp("local-embeddings")
    model = real_model(pytestconfig.cache.mkdir("ktx-embeddings"))
    with FileLock(CHECKOUT / "build" / ".lock"):
        subprocess.run(["make", "--silent", "tarball"], cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
        (built,) = (CHECKOUT / "build").glob("*.tgz")
        subprocess.run(["tar", "--extract", "--file", built, "--directory", directory], check=True)
    launcher = Launcher(
        package=directory / "package",
        place=make_place(directory / "machine"),
        path=path_with(python_directory(directory / "bin")),
    )
    with model_hub(Hub(model)) as hub:
        launcher = launcher.having(
            KTX_UV=str(UV), HF_ENDPOINT=hub.url, KTX_EMBEDDING_PRELOAD="1", **torch_settings(directory)
        )
        done = launcher.run("setup", "local-embeddings", "--yes", "--json", timeout=PATIENCE)
        if done.exit_code != 0 and "torch" in done.stderr and not os.environ.get("CI"):
            pytest.skip(f"no build of torch for the CPU can be had: {done.stderr.splitlines()[-1]}")
        assert done.exit_code == 0, done.stderr
        assert json.loads(done.stdout)["dimensions"] == 384
        yield launcher
        launcher.run("runtime", "stop")


@pytest.fixture
def record(installed: Launcher) -> DaemonRecord:
    """A daemon with the model: the one that runs, or one started anew where a test has stopped it."""
    return started(installed)


def started(installed: Launcher) -> DaemonRecord:
    """The daemon that a command has started that wants it. In float32, whatever this processor could do."""
    exact = installed.having(KTX_EMBEDDING_PRECISION="float32")
    done = exact.run("embed", "revenue by country", timeout=PATIENCE)
    assert done.exit_code == 0, done.stderr
    (file,) = installed.root.glob("*/daemon.json")
    found = read_daemon_record(file)
    assert found is not None
    return found


def in_generation(installed: Launcher, program: str, *words: str, texts: Sequence[str], **variables: str) -> Any:
    """What `program` answers, run by the Python of the generation, which has torch."""
    (python,) = installed.root.glob("*/generations/*/venv/bin/python")
    done = subprocess.run(
        [python, "-I", "-c", program, *words],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env=installed.having(**variables).environment(),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def by_sentence_transformers(installed: Launcher, texts: Sequence[str]) -> np.ndarray:
    """Called as its own documentation says."""
    return np.array(in_generation(installed, ENCODE, str(installed.root / "models" / MINILM.name), texts=texts))


@pytest.fixture
def through_the_daemon(record: DaemonRecord) -> EmbeddingModel:
    """The daemon as any client of OpenAI's API sees it."""
    url = f"http://127.0.0.1:{record.port}/v1"
    return RemoteBackend().load({"KTX_EMBEDDING_URL": url, "KTX_EMBEDDING_API_KEY": record.token})


class TestThroughTheDaemon(EmbeddingConformance):
    @pytest.fixture
    def model(self, through_the_daemon: EmbeddingModel) -> EmbeddingModel:
        return through_the_daemon


def test_vectors_are_those_of_sentence_transformers(installed: Launcher, through_the_daemon: EmbeddingModel) -> None:
    wanted = by_sentence_transformers(installed, TEXTS)
    np.testing.assert_allclose(through_the_daemon.embed(TEXTS).vectors, wanted, atol=1e-5)


def test_health_tells_of_the_model_and_how_it_computes(
    record: DaemonRecord, through_the_daemon: EmbeddingModel
) -> None:
    through_the_daemon.embed(["a"])
    told = get_health(record, timeout_seconds=60).body["featureHealth"]
    assert {"feature": "embeddings", "state": "ready", "detail": "all-MiniLM-L6-v2, torch on cpu, float32"} in told


def test_in_bfloat16_vectors_are_near_those_in_float32_or_float32_is_taken(installed: Launcher) -> None:
    """Where the processor has no bfloat16 this still shows that float32 is taken."""
    told = in_generation(installed, IN_PRECISION, "float32", "auto", "bfloat16", texts=varied_texts(40))
    exact = np.array(told["float32"]["vectors"])
    assert "bfloat16" not in told["float32"]["detail"]
    for precision in ("auto", "bfloat16"):
        assert (np.array(told[precision]["vectors"]) * exact).sum(axis=1).min() >= 0.9999, told[precision]["detail"]
    assert "bfloat16" in told["bfloat16"]["detail"]


def test_batches_side_by_side_give_the_same_and_a_model_loaded_again_has_as_many_lanes(installed: Launcher) -> None:
    """torch keeps the number of threads for each thread, and gives new ones what was set last."""
    told = in_generation(installed, SIDE_BY_SIDE, texts=varied_texts(60))
    np.testing.assert_allclose(told["beside"], told["alone"], atol=1e-5)
    first, again = told["lanes"]
    assert first == again
    assert first > 1 or len(os.sched_getaffinity(0)) == 1


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="where Linux lists threads they can be counted")
def test_torch_has_one_team_of_threads_whoever_calls(installed: Launcher) -> None:
    """Each thread that calls torch with several threads is given as many of its own, for as long as it lives."""
    first, *others = in_generation(installed, WHOEVER_CALLS, texts=varied_texts(20))
    assert others == [first + callers for callers in range(1, 1 + len(others))]


def test_a_model_is_computed_as_a_graph_unless_python_decides_something_in_it(installed: Launcher) -> None:
    told = in_generation(installed, GRAPHS, texts=[])
    assert told.pop("the real model") is True
    assert told == {
        "nothing": [True, True],
        "by texts": [False, True],
        "by tokens": [False, True],
        "by more tokens": [True, True],
        "by content": [False, True],
        "never": [False, True],
    }


@pytest.mark.deep
def test_in_bfloat16_a_thousand_texts_stay_near(installed: Launcher) -> None:
    told = in_generation(installed, IN_PRECISION, "float32", "bfloat16", texts=varied_texts(1000))
    exact, rough = (np.array(told[precision]["vectors"]) for precision in ("float32", "bfloat16"))
    assert (exact * rough).sum(axis=1).min() >= 0.9999
    assert overlap_of_ten_nearest(exact, rough) >= 0.97


@pytest.mark.parametrize("spoil", [lambda content: content[:-1000], lambda _: b"no model at all", lambda _: b""])
def test_a_model_that_is_damaged_is_an_error_that_says_what_mends_it(
    installed: Launcher, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    directory = tmp_path / "model"
    shutil.copytree(installed.root / "models" / MINILM.name, directory)
    weights = directory / "model.safetensors"
    weights.write_bytes(spoil(weights.read_bytes()))
    alone = installed.having(KTX_NO_DAEMON="1", KTX_EMBEDDING_MODEL_PATH=str(directory))
    done = alone.run("embed", "a", "--json", timeout=PATIENCE)
    told = json.loads(done.stdout)["error"]
    assert (done.exit_code, told["code"]) == (1, "model-damaged")
    assert told["hint"] == "put the model's files there anew, or unset KTX_EMBEDDING_MODEL_PATH"


def test_setup_brings_back_a_file_of_the_model_in_which_one_number_has_changed(installed: Launcher) -> None:
    """It has the right size and loads: only its hash tells."""
    weights = installed.root / "models" / MINILM.name / "model.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    done = installed.run("setup", "local-embeddings", "--yes", timeout=PATIENCE)
    assert done.exit_code == 0, done.stderr
    assert weights.read_bytes() == content


def test_a_text_of_five_megabytes_is_computed_like_its_beginning(through_the_daemon: EmbeddingModel) -> None:
    long, beginning = through_the_daemon.embed(["word " * 1_000_000, "word " * 2000]).vectors
    np.testing.assert_allclose(long, beginning, atol=1e-5)


def test_a_daemon_that_is_stopped_while_it_computes_ends_like_any_other(
    installed: Launcher, record: DaemonRecord
) -> None:
    """Far more is asked for than it computes while it waits for those who asked."""
    texts = ["Revenue by country and month. " * 80] * 100
    with ThreadPoolExecutor(30) as pool:
        asked = [
            pool.submit(post, record, "/embeddings/compute-bulk", {"texts": texts}, timeout_seconds=60)
            for _ in range(30)
        ]
        wait_until(lambda: get_health(record, timeout_seconds=60).body["activeRequests"] == len(asked))
        stopped = json.loads(installed.run("runtime", "stop", "--json", timeout=PATIENCE).stdout)
        answers = [each.result() for each in asked]
    assert list(stopped["stopped"].values()) == ["request"]
    refusals = [answer.body["error"]["code"] for answer in answers if answer.status != 200]
    assert set(refusals) <= {"daemon-stopping"}, "a fast machine may have answered them all"
    assert record.logs is not None
    log = Path(record.logs.stderr).read_text("utf-8")
    assert "terminate called" not in log
    assert "Traceback" not in log


def test_every_command_of_the_page_prints_what_it_shows(installed: Launcher, tmp_path: Path) -> None:
    (installed.place / "page").mkdir()
    tools = shims(tmp_path / "tools", tarball=tmp_path / "none", package=installed.package)
    reader = replace(installed, path=path_with(tools, Path(installed.path.split(":", 1)[0])))
    with Shell(reader) as shell:
        shell.run("cd ../page")
        wrong = mismatches((CHECKOUT / "docs" / "embeddings.md").read_text("utf-8"), shell)
    assert not wrong, "\n\n".join(map(str, wrong))


def test_a_search_starts_the_daemon_and_ranks_by_meaning_too(installed: Launcher, tmp_path: Path) -> None:
    (tmp_path / "ktx.yaml").write_text("connections:\n  shop: {driver: sqlite, path: shop.db}\n")
    (tmp_path / "semantic-layer" / "shop").mkdir(parents=True)
    (tmp_path / "semantic-layer" / "shop" / "orders.yaml").write_text(ORDERS)
    words = ("sl", "search", "income", "--json", "--project-dir", str(tmp_path))
    installed.run("runtime", "stop")

    alone = json.loads(installed.having(KTX_NO_DAEMON="1").run(*words).stdout)
    assert alone["hits"] == []
    assert alone["ranking"]["reason"] == "vectors are used in the daemon, and KTX_NO_DAEMON is set"
    assert installed.run("sl", "search", "--help").exit_code == 0
    assert list(installed.root.glob("*/daemon.json")) == []

    found = json.loads(installed.run(*words, timeout=PATIENCE).stdout)
    assert found["ranking"] == {"by": ["words", "vectors"], "model": MINILM.name, "reason": None}
    assert found["hits"][0]["name"] == "orders.revenue"
    assert list(installed.root.glob("*/daemon.json")) != []
    installed.run("runtime", "stop")  # It computes in the processor's own precision; other tests want float32.


@pytest.mark.deep
def test_without_torch_the_vectors_of_a_thousand_texts_are_those_of_torch(installed: Launcher) -> None:
    """The plugin against sentence-transformers: float32 is the same, 8-bit weights keep who is near to whom."""
    texts = varied_texts(1000)
    wanted = by_sentence_transformers(installed, texts)
    for precision, least_cosine, least_overlap in (("float32", 0.9999, 0.99), ("int8", 0.999, 0.97)):
        model = OnnxModel(installed.root / "models" / MINILM.name, precision=precision)
        found = np.concatenate([model.embed(texts[at : at + 8]).vectors for at in range(0, len(texts), 8)])
        assert (found * wanted).sum(axis=1).min() >= least_cosine
        assert overlap_of_ten_nearest(found, wanted) >= least_overlap


def test_status_tells_the_model_its_size_and_whether_it_is_loaded(
    installed: Launcher, through_the_daemon: EmbeddingModel
) -> None:
    through_the_daemon.embed(["a"])
    (model,) = json.loads(installed.run("runtime", "status", "--json").stdout)["models"]
    assert (model["name"], model["whole"]) == (MINILM.name, True)
    assert model["bytes"] >= sum(file.bytes for file in MINILM.files)
    told = installed.run("runtime", "status").stdout
    assert "model: all-MiniLM-L6-v2, 91.6 MB\n" in told
    assert "embeddings: ready, all-MiniLM-L6-v2, torch on cpu, float32\n" in told


@pytest.mark.deep
def test_a_bundle_has_torch_and_the_model_and_installs_them_without_a_network(
    installed: Launcher, tmp_path: Path
) -> None:
    wheels = tmp_path / "wheels"
    done = installed.run("runtime", "bundle", str(wheels), "--feature", "local-embeddings", timeout=PATIENCE)
    assert done.exit_code == 0, done.stderr
    nowhere = "http://127.0.0.1:9/"
    gone = dict.fromkeys(("UV_FIND_LINKS", "UV_CONSTRAINT", "PIP_FIND_LINKS", "KTX_EMBEDDING_PRELOAD"), "")
    other = replace(
        installed,
        place=make_place(tmp_path / "other machine"),
        variables={**installed.variables, **gone, "HF_ENDPOINT": nowhere, "UV_DEFAULT_INDEX": nowhere}
        | {"PIP_INDEX_URL": nowhere, "UV_CACHE_DIR": str(tmp_path / "empty cache")},
    )
    words = ("--feature", "local-embeddings", "--offline", "--wheelhouse", str(wheels), "--yes")
    done = other.run("runtime", "install", *words, timeout=PATIENCE)
    assert done.exit_code == 0, done.stderr
    try:
        done = other.run("embed", "revenue by country", timeout=PATIENCE)
        assert done.exit_code == 0, done.stderr
        (here,) = by_sentence_transformers(installed, ["revenue by country"])
        assert float(np.dot(here, json.loads(done.stdout)["embedding"])) > 0.9999
    finally:
        other.run("runtime", "stop")


def test_nothing_of_the_model_is_there_twice_and_uninstalling_leaves_nothing(installed: Launcher) -> None:
    assert {path.name for path in (installed.root / "models").iterdir()} == {"all-MiniLM-L6-v2"}
    assert not list(installed.root.rglob("*.part"))
    assert list(installed.root.glob("*/generations/*/**/model.safetensors")) == []


def test_a_daemon_that_is_killed_while_it_loads_is_replaced_by_the_next_command(installed: Launcher) -> None:
    installed.run("runtime", "stop")
    with installed.start("embed", "revenue by country") as command:
        try:
            wait_until(lambda: list(installed.root.glob("*/daemon.json")), what="a daemon")
            (file,) = installed.root.glob("*/daemon.json")
            loading = read_daemon_record(file)
            assert loading is not None
            wait_until(lambda: "loading" in json.dumps(get_health(loading, timeout_seconds=60).body), what="loading")
            os.kill(loading.pid, signal.SIGKILL)
            _, stderr = command.communicate(timeout=PATIENCE)
        finally:
            command.kill()
    # Handed over already, the command is lost with the daemon; before that it computes in a process of its own.
    assert command.returncode in {0, 1}, stderr
    assert "Traceback" not in stderr
    assert started(installed).pid != loading.pid
