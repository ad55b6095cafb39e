"""The operations over HTTP, in a real daemon, with a server elsewhere that computes."""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest

from ktx_daemon.http.routes import Routes
from ktx_runtime.api import FeatureMissing
from ktx_runtime.daemon.client import get_health
from ktx_runtime.daemon.judgement import Wanted
from ktx_runtime.daemon.spawn import DaemonProgram
from ktx_runtime.daemon.supervisor import DaemonPaths, ensure_daemon, stop_running
from ktx_runtime.registry.collect import own_catalogue
from ktx_runtime.version import VERSION
from tests.daemon.client import Client
from tests.embeddings.server import DIMENSIONS, Manners, embedding_server, unit
from tests.support.environments import make_plugin_environment

PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Served:
    client: Client
    manners: Manners


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    environment = make_plugin_environment(tmp_path_factory.mktemp("embedding daemon"))
    paths = DaemonPaths(environment.directory, environment.directory / "logs")
    manners = Manners(native=True)
    program = DaemonProgram(
        environment.python, ("-I", "-m", "ktx_daemon", "serve-http", "--port", "0"), environment.directory, VERSION
    )
    with embedding_server(manners) as url:
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(environment.directory),
            "KTX_EMBEDDING_BACKEND": "remote",
            "KTX_EMBEDDING_URL": url,
            "KTX_EMBEDDING_QUEUE_TEXTS": "300",
        }
        running = ensure_daemon(
            paths,
            program,
            Wanted(VERSION, "", frozenset({"core", "embeddings"})),
            environment=variables,
            now=lambda: datetime.now(UTC).isoformat(),
        )
        yield Served(Client(running.record), manners)
        stop_running(paths, now=lambda: "")


def test_one_text_gives_one_vector(served: Served) -> None:
    reply = served.client.ask("/embeddings/compute", {"text": "a text"})
    assert reply.status == 200
    assert set(reply.body) == {"embedding"}
    np.testing.assert_allclose(reply.body["embedding"], unit("a text"), atol=1e-6)


def test_many_texts_give_vectors_in_their_order(served: Served) -> None:
    texts = [f"{'long ' * (number % 9)}text {number}" for number in range(100)]
    reply = served.client.ask("/embeddings/compute-bulk", {"texts": texts})
    np.testing.assert_allclose(reply.body["embeddings"], [unit(text) for text in texts], atol=1e-6)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/embeddings/compute", {"text": ""}, 422, "request-invalid"),
        ("/embeddings/compute", {"text": " \n\t"}, 400, "blank-text"),
        ("/embeddings/compute", {}, 422, "request-invalid"),
        ("/embeddings/compute-bulk", {"texts": []}, 422, "request-invalid"),
        ("/embeddings/compute-bulk", {"texts": ["a"] * 101}, 422, "request-invalid"),
        ("/embeddings/compute-bulk", {"texts": ["a", 1]}, 422, "request-invalid"),
        ("/v1/embeddings", {"input": ["a"], "dimensions": 7}, 400, "dimensions-not-supported"),
        ("/v1/embeddings", {"input": [1, 2, 3]}, 400, "tokens-not-supported"),
        ("/v1/embeddings", {"input": [[1], [2]]}, 400, "tokens-not-supported"),
        ("/v1/embeddings", {"input": "a", "encoding_format": "hex"}, 422, "request-invalid"),
        ("/v1/embeddings", {"input": []}, 422, "request-invalid"),
    ],
)
def test_what_cannot_be_embedded_is_refused(served: Served, path: str, body: object, status: int, code: str) -> None:
    reply = served.client.ask(path, body)
    assert (reply.status, reply.body["error"]["code"]) == (status, code)


def test_blank_texts_are_named_by_their_indices(served: Served) -> None:
    reply = served.client.ask("/embeddings/compute-bulk", {"texts": ["a", "", "b", "  ", "c"]})
    assert reply.status == 400
    assert reply.body["detail"] == "blank text at index 1, 3"


def test_a_text_of_five_megabytes_is_answered(served: Served) -> None:
    reply = served.client.ask("/embeddings/compute", {"text": "word " * 1_000_000})
    assert (reply.status, len(reply.body["embedding"])) == (200, DIMENSIONS)


@pytest.mark.parametrize("encoding", [None, "float", "base64"])
def test_openais_shape_is_answered_in_openais_shape(served: Served, encoding: str | None) -> None:
    body = {"input": ["one", "two"], "model": "text-embedding-3-small", "user": "somebody"}
    reply = served.client.ask("/v1/embeddings", body if encoding is None else body | {"encoding_format": encoding})
    assert reply.status == 200
    assert set(reply.body) == {"object", "data", "model", "usage"}
    assert [row["index"] for row in reply.body["data"]] == [0, 1]
    vectors = [row["embedding"] for row in reply.body["data"]]
    if encoding == "base64":
        vectors = [np.frombuffer(base64.b64decode(vector), "<f4") for vector in vectors]
    np.testing.assert_allclose(vectors, [unit("one"), unit("two")], atol=1e-6)


def test_two_hundred_clients_at_once_are_all_answered_rightly_and_health_stays_prompt(served: Served) -> None:
    go = threading.Barrier(200)

    def ask(number: int) -> bool:
        go.wait(60)
        reply = served.client.ask("/embeddings/compute", {"text": f"client {number}"})
        return reply.status == 200 and np.allclose(reply.body["embedding"], unit(f"client {number}"), atol=1e-6)

    before = len(served.manners.asked)
    with ThreadPoolExecutor(200) as pool:
        assert all(pool.map(ask, range(200)))
    # They were not computed one by one.
    assert len(served.manners.asked) - before < 150
    assert get_health(served.client.record).status == 200


def test_a_full_queue_is_a_503_that_says_when_to_come_back(served: Served) -> None:
    texts = [f"text {number}" for number in range(100)]
    gate = served.manners.gate = threading.Event()
    with ThreadPoolExecutor(8) as pool:
        try:
            asked = [pool.submit(served.client.ask, "/embeddings/compute-bulk", {"texts": texts}) for _ in range(8)]
            # Nothing is computed yet: who has an answer was refused.
            assert wait(asked, PATIENCE, FIRST_COMPLETED).done
        finally:
            gate.set()
            served.manners.gate = None
        replies = [each.result() for each in asked]
    statuses = sorted(reply.status for reply in replies)
    assert set(statuses) == {200, 503}
    refused = next(reply for reply in replies if reply.status == 503)
    assert refused.body["error"]["code"] == "busy"
    assert int(refused.headers["retry-after"]) >= 1


def test_health_tells_of_the_model(served: Served) -> None:
    served.client.ask("/embeddings/compute", {"text": "a"})
    told = get_health(served.client.record).body["featureHealth"]
    (ours,) = (row for row in told if row["feature"] == "embeddings")
    assert ours["state"] == "ready"
    assert "127.0.0.1" in ours["detail"]


def test_where_only_core_is_installed_the_error_installs_the_feature_that_computes() -> None:
    routes = Routes(own_catalogue(os.environ), installed=("core",))
    for path in ("/embeddings/compute", "/embeddings/compute-bulk", "/v1/embeddings"):
        with pytest.raises(FeatureMissing) as caught:
            routes.find(path)
        assert caught.value.http_status == 501
        assert caught.value.hint == "run: ktx runtime install --feature local-embeddings"
