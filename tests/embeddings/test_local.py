"""`local-embeddings` from the packed npm package: real torch, the real model from a hub on loopback, real vectors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from ktx_embeddings.remote import RemoteBackend
from ktx_runtime.api import EmbeddingModel
from ktx_runtime.daemon.client import get_health
from ktx_runtime.daemon.record import DaemonRecord, read_daemon_record
from ktx_runtime.testing.conformance import EmbeddingConformance
from tests.embeddings.hub import Hub, model_hub
from tests.npm.package import CHECKOUT, UV, Launcher, make_place, path_with, python_directory
from tests.support.model import real_model

PATIENCE = 590
TEXTS = ["revenue by country", "x", "Umsatz je Straße", "売上高を国別に", "word " * 400, "An order has lines. " * 12]
ENCODE = """
import json, sys
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True)
print(json.dumps(model.encode(json.loads(sys.argv[2])).tolist()))
"""


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


@pytest.fixture(scope="module")
def record(installed: Launcher) -> DaemonRecord:
    """A daemon with the model, started by a command that wants it."""
    done = installed.run("embed", "revenue by country", timeout=PATIENCE)
    assert done.exit_code == 0, done.stderr
    (file,) = installed.root.glob("*/daemon.json")
    found = read_daemon_record(file)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def through_the_daemon(record: DaemonRecord) -> EmbeddingModel:
    """The daemon as any client of OpenAI's API sees it."""
    url = f"http://127.0.0.1:{record.port}/v1"
    return RemoteBackend().load({"KTX_EMBEDDING_URL": url, "KTX_EMBEDDING_API_KEY": record.token})


class TestThroughTheDaemon(EmbeddingConformance):
    @pytest.fixture
    def model(self, through_the_daemon: EmbeddingModel) -> EmbeddingModel:
        return through_the_daemon


def test_vectors_are_those_of_sentence_transformers(installed: Launcher, through_the_daemon: EmbeddingModel) -> None:
    (python,) = installed.root.glob("*/generations/*/venv/bin/python")
    model = installed.root / "models" / "all-MiniLM-L6-v2"
    done = subprocess.run(
        [python, "-I", "-c", ENCODE, model, json.dumps(TEXTS)],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    wanted = np.array(json.loads(done.stdout.splitlines()[-1]))
    np.testing.assert_allclose(through_the_daemon.embed(TEXTS).vectors, wanted, atol=1e-5)


def test_health_tells_of_the_model_and_how_it_computes(
    record: DaemonRecord, through_the_daemon: EmbeddingModel
) -> None:
    through_the_daemon.embed(["a"])
    told = get_health(record, timeout_seconds=60).body["featureHealth"]
    assert {"feature": "embeddings", "state": "ready", "detail": "all-MiniLM-L6-v2, torch on cpu, float32"} in told


def test_nothing_of_the_model_is_there_twice_and_uninstalling_leaves_nothing(installed: Launcher) -> None:
    assert {path.name for path in (installed.root / "models").iterdir()} == {"all-MiniLM-L6-v2"}
    assert not list(installed.root.rglob("*.part"))
    assert list(installed.root.glob("*/generations/*/**/model.safetensors")) == []
