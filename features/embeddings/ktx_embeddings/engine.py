"""One model, and everybody who waits for vectors of it.

Texts of all requests stand in one queue. A thread takes what has gathered, sorts it by length, computes it batch by
batch, and gives each request its vectors when the last of them is there: so many small requests are as fast as one
large one. The model is loaded when it is first wanted, and given back when nobody has wanted it for a while.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ktx_embeddings.batches import batches, estimated_tokens
from ktx_embeddings.texts import readable_part
from ktx_runtime.api import Busy, Embedded, EmbeddingModel, HealthState, KtxError

T = TypeVar("T")

WINDOW_TEXTS = 256
"""So many texts are sorted together: enough to find some alike, few enough that a new request is not kept waiting."""

MOST_CHARACTERS_WAITING = 256 * 1024 * 1024
RETRY_LOADING_SECONDS = 5.0
LONGEST_RETRY_AFTER_SECONDS = 60
UNIT_TOLERANCE = 1e-3
UNKNOWN_MOST_TOKENS = 8192
"""Texts are cut before they are queued, and the model may not be loaded yet: more than any of ours takes."""


@dataclass(frozen=True, slots=True)
class EngineState:
    """What an engine is in: `state` is None while no model is loaded and none wanted."""

    state: HealthState | None
    detail: str


@dataclass(slots=True)
class _Job:
    """One request: its future, and its vectors so far."""

    future: Future[Any]
    finish: Callable[[str, Embedded], Any]
    left: int
    rows: list[NDArray[np.float32] | None]
    tokens: list[int | None]


@dataclass(frozen=True, slots=True)
class _Item:
    job: _Job
    index: int
    text: str


@dataclass(slots=True)
class Engine:
    """The queue before one model.

    `load` loads the model, in the engine's own thread. `most_waiting` texts may wait, and one request always may.
    After `idle_seconds` without a request the model is given back.
    """

    load: Callable[[], EmbeddingModel]
    most_waiting: int = 8192
    idle_seconds: float = 900.0
    clock: Callable[[], float] = time.monotonic
    _condition: threading.Condition = field(default_factory=threading.Condition)
    _queue: deque[_Item] = field(default_factory=deque)
    _characters: int = 0
    _thread: threading.Thread | None = None
    _model: EmbeddingModel | None = None
    _state: EngineState = field(default_factory=lambda: EngineState(None, "the model is loaded at its first use"))
    _failure: tuple[float, KtxError] | None = None
    _wanted: bool = False
    _closing: bool = False
    _texts_per_second: float = 50.0

    def submit(self, texts: Sequence[str], finish: Callable[[str, Embedded], T]) -> Future[T]:
        """Queue `texts`; the future gets what `finish` makes of the model's name and the vectors, in their order.

        Cancelling the future takes out what was not computed yet. Raises `Busy` when too much waits already, and the
        error of loading when that failed a moment ago.
        """
        future: Future[T] = Future()
        job = _Job(future, finish, len(texts), [None] * len(texts), [None] * len(texts))
        cut = [readable_part(text, UNKNOWN_MOST_TOKENS) for text in texts]
        with self._condition:
            self._refuse_after_failure()
            self._refuse_when_full(len(texts), sum(map(len, cut)))
            self._queue.extend(_Item(job, index, text) for index, text in enumerate(cut))
            self._characters += sum(map(len, cut))
            self._awake()
        return future

    def warm(self) -> None:
        """Load the model in the background, if it is not there."""
        with self._condition:
            if self._model is None:
                self._wanted = True
                self._awake()

    def state(self) -> EngineState:
        """What the engine is in, at once."""
        return self._state

    @property
    def waiting(self) -> int:
        """How many texts wait now."""
        return len(self._queue)

    def close(self) -> None:
        """Let go of the model after the batch that is being computed; what waits fails."""
        with self._condition:
            self._closing = True
            dropped = {id(item.job): item.job for item in self._queue}
            self._queue.clear()
            self._characters = 0
            self._condition.notify_all()
        for job in dropped.values():
            _fail(job, KtxError("the model is being given back", code="embedding-closed", hint="try again"))

    def _awake(self) -> None:
        self._closing = False
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="ktx-embedding", daemon=True)
            self._thread.start()
        self._condition.notify_all()

    def _refuse_after_failure(self) -> None:
        if self._failure is not None and self.clock() - self._failure[0] < RETRY_LOADING_SECONDS:
            raise self._failure[1]

    def _refuse_when_full(self, texts: int, characters: int) -> None:
        waiting = len(self._queue)
        full = waiting + texts > self.most_waiting or self._characters + characters > MOST_CHARACTERS_WAITING
        if waiting and full:
            seconds = math.ceil(waiting / self._texts_per_second)
            raise Busy(
                f"too many texts wait for their vectors: {waiting}",
                retry_after_seconds=min(max(seconds, 1), LONGEST_RETRY_AFTER_SECONDS),
            )

    def _work(self) -> None:
        while True:
            window = self._next_window()
            if window is None:
                return
            try:
                model = self._ready_model()
            except KtxError as error:
                self._fail_all(error, window)
                continue
            if window:
                self._compute(model, window)

    def _next_window(self) -> list[_Item] | None:
        """What to compute next; empty when only the model is wanted; None when the thread is to end."""
        with self._condition:
            deadline = self.clock() + self.idle_seconds
            while not self._queue and not self._wanted:
                left = deadline - self.clock()
                if self._closing or left <= 0:
                    self._give_back()
                    self._thread = None
                    return None
                self._condition.wait(left)
            self._wanted = False
            window = [self._queue.popleft() for _ in range(min(WINDOW_TEXTS, len(self._queue)))]
            self._characters -= sum(len(item.text) for item in window)
            return window

    def _give_back(self) -> None:
        model, self._model = self._model, None
        if model is None:
            return
        said = "the model was given back after idling; it is loaded again at its next use"
        try:
            model.close()
        except Exception as error:  # noqa: BLE001 - a backend's own code: it must not end the thread before it says so
            said = f"{said}; giving it back failed: {type(error).__name__}: {error}"
        self._state = EngineState(None, said)

    def _ready_model(self) -> EmbeddingModel:
        if self._model is not None:
            return self._model
        self._state = EngineState(HealthState.LOADING, "the model is being loaded")
        try:
            model = self.load()
        except KtxError as error:
            raise self._failed_to_load(error) from error
        except Exception as error:
            wrapped = KtxError(
                f"the model cannot be loaded: {type(error).__name__}: {error}",
                code="model-load-failed",
                hint="run: ktx runtime doctor",
            )
            raise self._failed_to_load(wrapped) from error
        self._model, self._failure = model, None
        self._state = EngineState(HealthState.READY, f"{model.name}, {model.detail}")
        return model

    def _failed_to_load(self, error: KtxError) -> KtxError:
        self._failure = (self.clock(), error)
        self._state = EngineState(HealthState.FAILED, error.message)
        return error

    def _fail_all(self, error: KtxError, window: Sequence[_Item]) -> None:
        with self._condition:
            items = [*window, *self._queue]
            self._queue.clear()
            self._characters = 0
        for job in {id(item.job): item.job for item in items}.values():
            _fail(job, error)

    def _compute(self, model: EmbeddingModel, window: Sequence[_Item]) -> None:
        wanted = [item for item in window if not item.job.future.done()]
        tokens = [estimated_tokens(item.text, model.most_tokens) for item in wanted]
        for batch in batches(tokens, batch_tokens=model.batch_tokens, batch_texts=model.batch_texts):
            items = [wanted[index] for index in batch if not wanted[index].job.future.done()]
            if not items:
                continue
            started = self.clock()
            try:
                embedded = _checked(model, [readable_part(item.text, model.most_tokens) for item in items])
            except Exception as error:  # noqa: BLE001 - whatever a backend raises concerns this batch only
                failure = error if isinstance(error, KtxError) else _defect(error)
                for item in items:
                    _fail(item.job, failure)
                continue
            self._note_speed(len(items), self.clock() - started)
            for row, item in enumerate(items):
                _deliver(item, embedded, row, model.name)

    def _note_speed(self, texts: int, seconds: float) -> None:
        self._texts_per_second += 0.2 * (texts / max(seconds, 1e-6) - self._texts_per_second)


def _checked(model: EmbeddingModel, texts: Sequence[str]) -> Embedded:
    embedded = model.embed(texts)
    vectors = embedded.vectors
    if vectors.shape != (len(texts), model.dimensions):
        raise _defect_text(f"it gave the shape {vectors.shape} for {len(texts)} texts")
    lengths = np.linalg.norm(vectors, axis=1)
    # NaN is in no range.
    if not bool(np.all(np.abs(lengths - 1.0) <= UNIT_TOLERANCE)):
        raise _defect_text("it gave a vector that is not of unit length")
    return embedded


def _deliver(item: _Item, embedded: Embedded, row: int, name: str) -> None:
    job = item.job
    job.rows[item.index] = embedded.vectors[row]
    job.tokens[item.index] = embedded.token_counts[row] if embedded.token_counts is not None else None
    job.left -= 1
    if job.left or job.future.done():
        return
    counts = [count for count in job.tokens if count is not None]
    vectors = np.stack([vector for vector in job.rows if vector is not None])
    whole = Embedded(vectors, counts if len(counts) == len(job.tokens) else None)
    # Somebody may cancel it at this very moment.
    with contextlib.suppress(InvalidStateError):
        try:
            job.future.set_result(job.finish(name, whole))
        except InvalidStateError:
            raise
        except Exception as error:  # noqa: BLE001 - it is the request's failure, not the engine's
            job.future.set_exception(error)


def _fail(job: _Job, error: KtxError) -> None:
    with contextlib.suppress(InvalidStateError):
        job.future.set_exception(error)


def _defect(error: Exception) -> KtxError:
    return _defect_text(f"{type(error).__name__}: {error}")


def _defect_text(what: str) -> KtxError:
    return KtxError(f"the backend failed: {what}", code="embedding-failed", hint="run: ktx runtime doctor")
