"""The queue before a model: order, batches across requests, bounds, failures, idling."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from ktx_embeddings.engine import Engine
from ktx_embeddings.lengths import LengthModel
from ktx_runtime.api import Busy, Embedded, HealthState, KtxError

PATIENCE = 60


@dataclass
class Watched(LengthModel):
    """Notes its batches, and computes only while `gate` is open."""

    batch_texts: int = 64
    batches: list[list[str]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)
    closed: int = 0

    def embed(self, texts: Sequence[str]) -> Embedded:
        self.entered.set()
        assert self.gate.wait(PATIENCE)
        self.batches.append(list(texts))
        return super().embed(texts)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def model() -> Watched:
    return Watched()


@pytest.fixture
def engine(model: Watched) -> Iterator[Engine]:
    made = Engine(load=lambda: model)
    yield made
    model.gate.set()
    made.close()
    wait_for(lambda: made.threads == 0)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.005)


def vectors(_: str, embedded: Embedded) -> np.ndarray:
    return embedded.vectors


def expected(texts: Sequence[str]) -> np.ndarray:
    return LengthModel().embed(texts).vectors


def test_each_request_gets_its_own_vectors_in_its_own_order(engine: Engine, model: Watched) -> None:
    model.gate.set()
    asked = [
        [("x" * (1 + (number * 37 + index * 11) % 200)) for index in range(number % 7 + 1)] for number in range(200)
    ]
    futures = [engine.submit(texts, vectors) for texts in asked]
    for texts, future in zip(asked, futures, strict=True):
        np.testing.assert_allclose(future.result(PATIENCE), expected(texts), atol=1e-6)


def test_requests_that_wait_together_are_computed_together(engine: Engine, model: Watched) -> None:
    first = engine.submit(["first"], vectors)
    assert model.entered.wait(PATIENCE)
    later = [engine.submit([f"text {number:02}"], vectors) for number in range(32)]
    model.gate.set()
    for future in [first, *later]:
        future.result(PATIENCE)
    assert [len(batch) for batch in model.batches] == [1, 32]


@dataclass
class Stepped(LengthModel):
    """Notes its batches, and computes one for each step that it is allowed."""

    batches: list[list[str]] = field(default_factory=list)
    steps: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def embed(self, texts: Sequence[str]) -> Embedded:
        self.batches.append(list(texts))
        assert self.steps.acquire(timeout=PATIENCE)
        return super().embed(texts)


def test_what_no_thread_has_taken_is_cut_anew_with_what_has_come() -> None:
    """Two long texts share a batch, though the first of them had been given one for itself."""
    model = Stepped()
    engine = Engine(load=lambda: model)
    short, long, later = "s" * 8, "l" * 800, "m" * 800
    engine.submit(["first"], vectors)
    wait_for(lambda: len(model.batches) == 1)
    engine.submit([short], vectors)
    engine.submit([long], vectors)
    model.steps.release()
    wait_for(lambda: len(model.batches) == 2)
    engine.submit([later], vectors)
    model.steps.release()
    wait_for(lambda: len(model.batches) == 3)
    assert model.batches == [["first"], [short], [long, later]]
    model.steps.release(10)
    engine.close()
    wait_for(lambda: engine.threads == 0)


def test_a_long_text_gets_its_turn_while_short_ones_keep_coming() -> None:
    @dataclass
    class Beset(Stepped):
        """While it computes, others ask for short texts."""

        def embed(self, texts: Sequence[str]) -> Embedded:
            if len(self.batches) < 40:
                engine.submit(["short"] * 20, vectors)
            return super().embed(texts)

    model = Beset()
    model.steps.release(100)
    engine = Engine(load=lambda: model)
    engine.submit(["short"], vectors)
    long = "l" * 800
    engine.submit([long], vectors).result(PATIENCE)
    assert [long] in model.batches[:3]
    wait_for(lambda: len(model.batches) >= 40)
    engine.submit(["nobody asks for more"], vectors).result(PATIENCE)
    engine.close()
    wait_for(lambda: engine.threads == 0)


def test_a_full_queue_says_when_to_come_back_and_takes_one_request_always(model: Watched) -> None:
    engine = Engine(load=lambda: model, most_waiting=10)
    running = engine.submit(["running"], vectors)
    assert model.entered.wait(PATIENCE)
    waiting = engine.submit(["x"] * 25, vectors)
    with pytest.raises(Busy) as caught:
        engine.submit(["one more"], vectors)
    assert caught.value.retry_after_seconds >= 1
    model.gate.set()
    assert len(waiting.result(PATIENCE)) == 25
    running.result(PATIENCE)
    engine.submit(["and now"], vectors).result(PATIENCE)
    engine.close()


def test_who_leaves_is_not_computed_for(engine: Engine, model: Watched) -> None:
    running = engine.submit(["running"], vectors)
    assert model.entered.wait(PATIENCE)
    gone = engine.submit(["gone"] * 50, vectors)
    stays = engine.submit(["stays"], vectors)
    assert gone.cancel()
    model.gate.set()
    running.result(PATIENCE)
    stays.result(PATIENCE)
    assert model.batches == [["running"], ["stays"]]


def test_a_model_that_cannot_be_loaded_is_told_to_all_who_wait_and_tried_again_later() -> None:
    now, loads = [0.0], []
    all_wait = threading.Event()

    def load() -> LengthModel:
        assert all_wait.wait(PATIENCE)
        loads.append(now[0])
        if len(loads) == 1:
            raise KtxError("the file is damaged", code="model-damaged")
        return LengthModel()

    engine = Engine(load=load, clock=lambda: now[0])
    futures = [engine.submit(["a"], vectors) for _ in range(3)]
    all_wait.set()
    for future in futures:
        with pytest.raises(KtxError, match="the file is damaged"):
            future.result(PATIENCE)
    assert engine.state().state is HealthState.FAILED
    with pytest.raises(KtxError, match="the file is damaged"):
        engine.submit(["b"], vectors)
    now[0] += 6
    assert len(engine.submit(["c"], vectors).result(PATIENCE)) == 1
    assert engine.state().state is HealthState.READY
    assert len(loads) == 2
    engine.close()


def test_an_unexpected_failure_of_loading_is_an_error_with_a_code() -> None:
    def load() -> LengthModel:
        raise RuntimeError("no such device")

    engine = Engine(load=load)
    with pytest.raises(KtxError, match="RuntimeError: no such device") as caught:
        engine.submit(["a"], vectors).result(PATIENCE)
    assert caught.value.code == "model-load-failed"


def test_loading_is_told_while_it_lasts() -> None:
    go = threading.Event()

    def load() -> LengthModel:
        assert go.wait(PATIENCE)
        return LengthModel()

    engine = Engine(load=load)
    assert engine.state().state is None
    engine.warm()
    wait_for(lambda: engine.state().state is HealthState.LOADING)
    go.set()
    wait_for(lambda: engine.state().state is HealthState.READY)
    engine.close()


def test_a_model_is_given_back_when_nobody_wants_it_and_loaded_again_when_somebody_does() -> None:
    loaded: list[Watched] = []

    def load() -> Watched:
        loaded.append(Watched())
        loaded[-1].gate.set()
        return loaded[-1]

    engine = Engine(load=load, idle_seconds=0.05)
    engine.submit(["a"], vectors).result(PATIENCE)
    wait_for(lambda: loaded[0].closed == 1 and engine.state().state is None)
    wait_for(lambda: engine.threads == 0)
    engine.submit(["b"], vectors).result(PATIENCE)
    assert len(loaded) == 2
    engine.close()


@pytest.mark.parametrize(
    "spoilt",
    [
        np.array([[np.nan, 0.0]], dtype=np.float32),
        np.array([[0.0, 0.0]], dtype=np.float32),
        np.array([[0.5, 0.5]], dtype=np.float32),
        np.array([[np.inf, 0.0]], dtype=np.float32),
        np.zeros((2, 2), dtype=np.float32),
        np.ones((1, 3), dtype=np.float32),
    ],
    ids=["nan", "zero", "short", "infinite", "two rows", "another length"],
)
def test_what_is_no_unit_vector_never_reaches_anybody(spoilt: np.ndarray) -> None:
    class Spoilt(LengthModel):
        def embed(self, texts: Sequence[str]) -> Embedded:
            del texts
            return Embedded(spoilt)

    engine = Engine(load=Spoilt)
    with pytest.raises(KtxError, match="the backend failed"):
        engine.submit(["a"], vectors).result(PATIENCE)
    engine.close()


def test_a_batch_that_fails_fails_those_who_are_in_it_and_nobody_else() -> None:
    class Picky(LengthModel):
        batch_texts = 1

        def embed(self, texts: Sequence[str]) -> Embedded:
            if "bad" in texts:
                raise RuntimeError("it cannot be read")
            return super().embed(texts)

    engine = Engine(load=Picky)
    bad, good = engine.submit(["good", "bad"], vectors), engine.submit(["fine"], vectors)
    with pytest.raises(KtxError, match="it cannot be read"):
        bad.result(PATIENCE)
    assert len(good.result(PATIENCE)) == 1
    engine.close()


def test_closing_ends_what_waits(model: Watched) -> None:
    engine = Engine(load=lambda: model)
    running = engine.submit(["running"], vectors)
    assert model.entered.wait(PATIENCE)
    waiting = engine.submit(["waiting"], vectors)
    engine.close()
    with pytest.raises(KtxError, match="given back"):
        waiting.result(PATIENCE)
    model.gate.set()
    running.result(PATIENCE)
    wait_for(lambda: model.closed == 1)


def test_a_backend_that_cannot_let_go_of_its_model_does_not_end_the_queue() -> None:
    class Clinging(LengthModel):
        def close(self) -> None:
            raise RuntimeError("it is still in use")

    engine = Engine(load=Clinging, idle_seconds=0.05)
    engine.submit(["a"], vectors).result(PATIENCE)
    wait_for(lambda: engine.threads == 0)
    assert engine.state().detail.endswith("giving it back failed: RuntimeError: it is still in use")
    assert len(engine.submit(["b"], vectors).result(PATIENCE)) == 1
    engine.close()
    wait_for(lambda: engine.threads == 0)
