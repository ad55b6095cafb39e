"""The backend `remote`, against servers that behave and servers that do not."""

from __future__ import annotations

import socket
import threading

import numpy as np
import pytest

from ktx_embeddings.backends import choose_backend
from ktx_embeddings.engine import Engine
from ktx_embeddings.remote import REQUESTS_AT_ONCE, RemoteBackend
from ktx_runtime.api import EmbeddingModel, FeatureMissing, KtxError, UsageError
from tests.embeddings.server import DIMENSIONS, Manners, embedding_server, unit

TEXTS = ["one", "two", "three", "fo\u0308ur", "五"]


def load(url: str, **variables: str) -> EmbeddingModel:
    return RemoteBackend().load({"KTX_EMBEDDING_URL": url, **variables})


@pytest.mark.parametrize(
    "manners",
    [
        Manners(),
        Manners(native=True),
        Manners(as_base64=True),
        Manners(backwards=True),
        Manners(most_texts=2),
        Manners(native=True, most_texts=1),
        Manners(statuses=[503, 429]),
    ],
    ids=["openai", "native", "base64", "backwards", "small batches", "single texts", "busy at first"],
)
def test_vectors_come_in_order_and_of_unit_length_whatever_the_server_speaks(manners: Manners) -> None:
    with embedding_server(manners) as url:
        model = load(url)
        assert model.dimensions == DIMENSIONS
        vectors = model.embed(TEXTS).vectors
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [unit(text) for text in TEXTS], atol=1e-6)


def test_four_requests_are_on_their_way_at_once() -> None:
    """Each waits for the others: one after the other none would come back."""
    texts = [f"{number:02} " + "x" * 400 for number in range(8)]
    with embedding_server(Manners(meet=threading.Barrier(REQUESTS_AT_ONCE))) as url:
        engine = Engine(load=lambda: load(url, KTX_EMBEDDING_REMOTE_BATCH="2"))
        vectors = engine.submit(texts, lambda _, embedded: embedded.vectors).result(60)
        engine.close()
    np.testing.assert_allclose(vectors, [unit(text) for text in texts], atol=1e-6)


def test_an_address_that_ends_with_v1_is_not_given_it_twice() -> None:
    manners = Manners()
    with embedding_server(manners) as url:
        load(f"{url}/v1/", KTX_EMBEDDING_REMOTE_MODEL="small")
    assert manners.paths == ["/v1/embeddings"]
    assert manners.asked[0]["model"] == "small"


def test_the_key_is_sent_and_never_told() -> None:
    with embedding_server(Manners(key="s3cr3t-key")) as url:
        load(url, KTX_EMBEDDING_API_KEY="s3cr3t-key").embed(["a"])
        with pytest.raises(KtxError) as caught:
            load(url, KTX_EMBEDDING_API_KEY="wr0ng-key")
    assert caught.value.code == "remote-refused"
    assert "401" in caught.value.message
    assert "wr0ng-key" not in f"{caught.value.message} {caught.value.details} {caught.value.hint}"
    settings = RemoteBackend().settings({"KTX_EMBEDDING_URL": url, "KTX_EMBEDDING_API_KEY": "s3cr3t-key"})
    assert "s3cr3t-key" not in str(settings)
    assert settings != RemoteBackend().settings({"KTX_EMBEDDING_URL": url, "KTX_EMBEDDING_API_KEY": "other"})


@pytest.mark.parametrize(
    "spoil",
    [
        {},
        {"data": None},
        {"data": []},
        [],
        {"data": [{"index": 0, "embedding": ["a"]}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0]}]},
        {"data": [{"index": 1, "embedding": [1.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": [float("nan"), 1.0]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}]},
    ],
)
def test_an_answer_that_is_not_to_be_used_is_refused(spoil: object) -> None:
    with embedding_server(Manners(spoil=spoil)) as url, pytest.raises(KtxError) as caught:
        load(url)
    assert caught.value.code == "remote-answer"


def test_a_server_that_is_not_there_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ktx_embeddings.remote.time.sleep", lambda _: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(KtxError) as caught:
        load(f"http://127.0.0.1:{port}")
    assert caught.value.code == "remote-unreachable"
    assert caught.value.hint is not None


def test_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ktx_embeddings.remote.ATTEMPTS", 1)
    with embedding_server(Manners(pause_seconds=3)) as url, pytest.raises(KtxError) as caught:
        load(url, KTX_EMBEDDING_REMOTE_TIMEOUT_SECONDS="1")
    assert caught.value.code == "remote-unreachable"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1:80", "http://user:word@127.0.0.1", "http://"])
def test_an_address_of_another_kind_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(url)
    assert "word@" not in caught.value.message


def test_the_backend_that_is_named_is_taken_and_what_it_lacks_is_told() -> None:
    environment = {"KTX_EMBEDDING_BACKEND": "Remote", "KTX_EMBEDDING_URL": "http://127.0.0.1:1"}
    chosen = choose_backend(environment)
    assert (chosen.name, chosen.origin) == ("remote", "KTX_EMBEDDING_BACKEND")
    with pytest.raises(FeatureMissing, match="KTX_EMBEDDING_URL is not set"):
        choose_backend({"KTX_EMBEDDING_BACKEND": "remote"})
    with pytest.raises(UsageError, match="there is no embedding backend remot") as caught:
        choose_backend({"KTX_EMBEDDING_BACKEND": "remot"})
    assert "did you mean remote" in str(caught.value.hint)


def test_where_nothing_computes_the_error_installs_what_does() -> None:
    with pytest.raises(FeatureMissing) as caught:
        choose_backend({"KTX_PROGRAM": "npx @kaelio/ktx"})
    assert caught.value.code == "backend-missing"
    assert caught.value.hint == "run: npx @kaelio/ktx runtime install --feature local-embeddings"
