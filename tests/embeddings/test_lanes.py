"""A model that computes several batches at once: who computes what, and that nothing is lost or mixed up."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pytest

from ktx_embeddings.batches import LEAST_SHARE_TOKENS, share_of_lane
from ktx_embeddings.engine import Engine
from ktx_embeddings.lengths import LengthModel
from ktx_runtime.api import Embedded, KtxError

PATIENCE = 60


@dataclass
class Lanes(LengthModel):
    """Notes who computes, and how many at once; `meet` is where those who compute beside others wait for each other."""

    lanes: int = 2
    batch_texts: int = 8
    meet: Callable[[], object] = lambda: None
    alone: list[list[str]] = field(default_factory=list)
    beside: list[list[str]] = field(default_factory=list)
    closed: int = 0
    now: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def embed(self, texts: Sequence[str]) -> Embedded:
        self.alone.append(list(texts))
        return self._counted(texts)

    def embed_beside(self, texts: Sequence[str]) -> Embedded:
        self.beside.append(list(texts))
        self.meet()
        return self._counted(texts)

    def close(self) -> None:
        assert self.now == 0
        self.closed += 1

    def _counted(self, texts: Sequence[str]) -> Embedded:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        embedded = super().embed(texts)
        with self.lock:
            self.now -= 1
        return embedded


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.005)


def vectors(_: str, embedded: Embedded) -> np.ndarray:
    return embedded.vectors


def expected(texts: Sequence[str]) -> np.ndarray:
    return LengthModel().embed(texts).vectors


def ended(engine: Engine) -> None:
    engine.close()
    wait_for(lambda: engine.threads == 0)


def test_one_text_has_the_whole_machine() -> None:
    model = Lanes()
    engine = Engine(load=lambda: model)
    for text in ("a", "b", "c"):
        engine.submit([text], vectors).result(PATIENCE)
    assert model.alone == [["a"], ["b"], ["c"]]
    assert engine.threads == 1
    ended(engine)


def test_batches_of_one_request_are_computed_at_once() -> None:
    """Two that wait for each other: one after the other they would wait for ever."""
    model = Lanes(meet=threading.Barrier(2, timeout=PATIENCE).wait)
    engine = Engine(load=lambda: model)
    texts = ["x" * 900] * 16
    np.testing.assert_allclose(engine.submit(texts, vectors).result(PATIENCE), expected(texts), atol=1e-6)
    assert [len(batch) for batch in model.beside] == [4, 4, 4, 4]
    assert model.alone == []
    ended(engine)


def test_as_many_threads_come_as_there_are_batches_though_fewer_wait() -> None:
    """One that waited was woken several times over, and no more came."""
    model = Lanes(lanes=4)
    engine = Engine(load=lambda: model)
    engine.submit(["x" * 900] * 2, vectors).result(PATIENCE)
    assert engine.threads == 2
    wait_for(lambda: engine._idle == 2)
    model.meet = threading.Barrier(4, timeout=5).wait
    engine.submit(["x" * 900] * 32, vectors).result(PATIENCE)
    ended(engine)


def test_a_request_that_comes_while_another_is_computed_takes_a_free_lane() -> None:
    first, second = threading.Event(), threading.Event()

    @dataclass
    class Slow(Lanes):
        def embed(self, texts: Sequence[str]) -> Embedded:
            first.set()
            assert second.wait(PATIENCE)
            return super().embed(texts)

        def embed_beside(self, texts: Sequence[str]) -> Embedded:
            second.set()
            return super().embed_beside(texts)

    model = Slow()
    engine = Engine(load=lambda: model)
    one = engine.submit(["one"], vectors)
    assert first.wait(PATIENCE)
    engine.submit(["other"], vectors).result(PATIENCE)
    one.result(PATIENCE)
    assert model.beside == [["other"]]
    ended(engine)


@pytest.mark.parametrize("lanes", [1, 2, 5])
def test_many_at_once_get_their_own_and_no_lane_too_many_is_used(lanes: int) -> None:
    model = Lanes(lanes=lanes, meet=lambda: time.sleep(0.0005))
    engine = Engine(load=lambda: model)

    def client(seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311 - texts, not secrets
        for _ in range(30):
            texts = ["x" * rng.randrange(1, 900) for _ in range(rng.choice((1, 1, 1, 3, 40)))]
            found = engine.submit(texts, vectors).result(PATIENCE)
            np.testing.assert_allclose(found, expected(texts), atol=1e-6)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(client, range(16)))
    assert engine.waiting == 0
    assert model.most <= lanes
    assert engine.threads <= lanes
    assert bool(model.beside) == (lanes > 1)
    ended(engine)
    assert model.closed == 1


def test_closing_fails_what_no_lane_has_begun_and_gives_the_model_back_once() -> None:
    inside, go = threading.Semaphore(0), threading.Event()

    def meet() -> None:
        inside.release()
        assert go.wait(PATIENCE)

    model = Lanes(meet=meet)
    engine = Engine(load=lambda: model)
    futures = [engine.submit(["x" * 900] * 4, vectors) for _ in range(1)]
    futures += [engine.submit(["y" * 900] * 40, vectors)]
    assert inside.acquire(timeout=PATIENCE)
    assert inside.acquire(timeout=PATIENCE)
    engine.close()
    with pytest.raises(KtxError, match="given back"):
        futures[1].result(PATIENCE)
    assert model.closed == 0
    go.set()
    wait_for(lambda: engine.threads == 0)
    assert model.closed == 1


def test_idle_lanes_end_and_the_model_is_given_back_once() -> None:
    made: list[Lanes] = []

    def load() -> Lanes:
        made.append(Lanes(lanes=3))
        return made[-1]

    engine = Engine(load=load, idle_seconds=0.05)
    for _ in range(3):
        engine.submit(["x" * 900] * 60, vectors).result(PATIENCE)
        wait_for(lambda: engine.threads == 0)
    assert [model.closed for model in made] == [1, 1, 1]


def test_a_batch_that_fails_leaves_its_lane_working() -> None:
    @dataclass
    class Picky(Lanes):
        def embed_beside(self, texts: Sequence[str]) -> Embedded:
            if any(text.startswith("bad") for text in texts):
                raise RuntimeError("it cannot be read")
            return super().embed_beside(texts)

    model = Picky()
    engine = Engine(load=lambda: model)
    bad = [engine.submit(["bad" * 300] * 20, vectors) for _ in range(5)]
    good = [engine.submit(["x" * 900] * 20, vectors) for _ in range(5)]
    for future in bad:
        with pytest.raises(KtxError, match="it cannot be read"):
            future.result(PATIENCE)
    for future in good:
        assert len(future.result(PATIENCE)) == 20
    ended(engine)


def test_a_share_is_as_large_as_the_lanes_need_and_not_too_small_to_compute_fast() -> None:
    assert share_of_lane(100_000, 2, 1024) == 1024
    assert share_of_lane(1024, 2, 1024) == 512
    assert share_of_lane(1025, 2, 1024) == 513
    assert share_of_lane(300, 2, 1024) == LEAST_SHARE_TOKENS
    assert share_of_lane(5000, 1, 1024) == 1024
