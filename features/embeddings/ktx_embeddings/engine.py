"""One model, and everybody who waits for vectors of it.

Texts of all requests stand in one queue. A thread takes what has gathered, sorts it by length and cuts it into
batches; as many threads as the model has lanes compute them, and each request gets its vectors when the last of them is
there: so many small requests are as fast as one large one. The model is loaded when it is first wanted, and given
back when nobody has wanted it for a while.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

import numpy as np

from ktx_embeddings.batches import batches, estimated_tokens, share_of_lane
from ktx_embeddings.jobs import Item, Job, deliver_all, fail_all
from ktx_embeddings.texts import readable_part
from ktx_runtime.api import Busy, Embedded, EmbeddingModel, HealthState, KtxError, ParallelEmbeddingModel

T = TypeVar("T")

WINDOW_TEXTS = 256
"""So many texts are sorted together: enough to find some alike, few enough that a new request is not kept waiting."""

FEW_TEXTS = 64
"""No more are cut a second time: there are enough alike among them, and cutting many takes a while."""

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


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one thread computes next. `alone`: with all there is, since nothing else is to be computed meanwhile."""

    items: Sequence[Item]
    alone: bool


@dataclass(slots=True)
class Engine:
    """The queue before one model.

    `load` loads the model, in a thread of the engine's own. `most_waiting` texts may wait, and one request always may.
    After `idle_seconds` without a request the model is given back.
    """

    load: Callable[[], EmbeddingModel]
    most_waiting: int = 8192
    idle_seconds: float = 900.0
    clock: Callable[[], float] = time.monotonic
    _condition: threading.Condition = field(default_factory=threading.Condition)
    _queue: deque[Item] = field(default_factory=deque)
    _characters: int = 0
    _submitted: int = 0
    _ready: deque[list[Item]] = field(default_factory=deque)
    _threads: int = 0
    _idle: int = 0
    _computing: int = 0
    _lanes: int = 1
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
        job = Job(len(texts), finish)
        cut = [readable_part(text, UNKNOWN_MOST_TOKENS) for text in texts]
        characters = sum(map(len, cut))
        tokens = [estimated_tokens(text, UNKNOWN_MOST_TOKENS) for text in cut]
        with self._condition:
            self._refuse_after_failure()
            self._refuse_when_full(len(texts), characters)
            self._queue.extend(
                Item(job, index, text, tokens[index], self._submitted + index) for index, text in enumerate(cut)
            )
            self._submitted += len(cut)
            self._characters += characters
            self._closing = False
            self._awake()
        return job.future

    def warm(self) -> None:
        """Load the model in the background, if it is not there."""
        with self._condition:
            if self._model is None:
                self._wanted = True
                self._closing = False
                self._awake()

    def state(self) -> EngineState:
        """What the engine is in, at once."""
        return self._state

    @property
    def waiting(self) -> int:
        """How many texts wait now, and are in no batch yet."""
        return len(self._queue)

    @property
    def threads(self) -> int:
        """How many threads the engine has now; none while it idles without a model."""
        return self._threads

    def close(self) -> None:
        """Let go of the model after the batches that are being computed; what waits fails."""
        with self._condition:
            self._closing = True
            dropped = self._taken_out()
            self._condition.notify_all()
        fail_all(dropped, _given_back())

    def _taken_out(self) -> list[Item]:
        """All that is in no thread's hands, which from now on does not wait any more."""
        items = [*self._queue, *chain.from_iterable(self._ready)]
        self._queue.clear()
        self._ready.clear()
        self._characters = 0
        return items

    def _awake(self, wanted: int = 1) -> None:
        """Have so many look at what there is to do: threads that wait, then new ones while a lane is free."""
        self._condition.notify(wanted)
        for _ in range(min(wanted - self._idle, self._lanes - self._threads)):
            self._threads += 1
            threading.Thread(target=self._work, name="ktx-embedding", daemon=True).start()

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
        """What each thread does until there has been nothing to do for a while."""
        while self._wait():
            try:
                model = self._ready_model()
            except KtxError as error:
                self._fail_what_waits(error)
                continue
            self._gather(model)
            while (batch := self._next_batch()) is not None:
                self._compute(model, batch)
                self._gather(model)

    def _wait(self) -> bool:
        """Until there is something to do; False when the thread is to end."""
        with self._condition:
            deadline = self.clock() + self.idle_seconds
            while not (self._queue or self._ready or self._wanted):
                left = deadline - self.clock()
                if self._closing or left <= 0:
                    self._threads -= 1
                    if not self._threads:
                        self._give_back()
                    return False
                self._idle += 1
                try:
                    self._condition.wait(left)
                finally:
                    self._idle -= 1
            self._wanted = False
            return True

    def _give_back(self) -> None:
        model, self._model, self._lanes = self._model, None, 1
        if model is None:
            return
        said = "the model was given back after idling; it is loaded again at its next use"
        try:
            model.close()
        except Exception as error:  # noqa: BLE001 - a backend's own code: it must not end the thread before it says so
            said = f"{said}; giving it back failed: {type(error).__name__}: {error}"
        self._state = EngineState(None, said)

    def _ready_model(self) -> EmbeddingModel:
        """The model, loaded now if need be. There is one thread while there is no model."""
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
        self._lanes = max(1, model.lanes) if isinstance(model, ParallelEmbeddingModel) else 1
        self._state = EngineState(HealthState.READY, f"{model.name}, {model.detail}")
        return model

    def _failed_to_load(self, error: KtxError) -> KtxError:
        self._failure = (self.clock(), error)
        self._state = EngineState(HealthState.FAILED, error.message)
        return error

    def _fail_what_waits(self, error: KtxError) -> None:
        with self._condition:
            items = self._taken_out()
        fail_all(items, error)

    def _gather(self, model: EmbeddingModel) -> None:
        """Cut what waits into batches, and have other threads take their part.

        A few that were cut before and are in no thread's hands are cut anew with what has come since: the more there
        are, the more are alike. Whoever has waited longest is in the batch that is computed next.
        """
        with self._condition:
            left = sum(map(len, self._ready))
            if left and (left > FEW_TEXTS or not self._queue):
                return
            window = list(chain.from_iterable(self._ready))
            self._ready.clear()
            came = [self._queue.popleft() for _ in range(min(WINDOW_TEXTS, len(self._queue)))]
            self._characters -= sum(len(item.text) for item in came)
        wanted = [item for item in (*window, *came) if not item.job.is_over]
        tokens = [min(item.tokens, model.most_tokens) for item in wanted]
        most = share_of_lane(sum(tokens), self._lanes, model.batch_tokens)
        cut = [
            [wanted[index] for index in batch]
            for batch in batches(tokens, batch_tokens=most, batch_texts=model.batch_texts)
        ]
        cut.sort(key=lambda batch: min(item.number for item in batch))
        with self._condition:
            self._ready.extend(cut)
            # Closed meanwhile: what was in this thread's hands fails like the rest.
            dropped = self._taken_out() if self._closing else []
            self._awake(max(len(self._ready) - 1, 0))
        fail_all(dropped, _given_back())

    def _next_batch(self) -> _Batch | None:
        with self._condition:
            while self._ready:
                items = [item for item in self._ready.popleft() if not item.job.is_over]
                if items:
                    alone = self._lanes == 1 or not (self._computing or self._ready or self._queue)
                    self._computing += 1
                    return _Batch(items, alone=alone)
            return None

    def _compute(self, model: EmbeddingModel, batch: _Batch) -> None:
        started = self.clock()
        try:
            texts = [readable_part(item.text, model.most_tokens) for item in batch.items]
            embedded = _checked(model, texts, alone=batch.alone)
        except Exception as error:  # noqa: BLE001 - whatever a backend raises concerns this batch only
            fail_all(batch.items, error if isinstance(error, KtxError) else _defect(error))
            return
        finally:
            with self._condition:
                at_once, self._computing = self._computing, self._computing - 1
        self._note_speed(len(batch.items) * at_once, self.clock() - started)
        deliver_all(batch.items, embedded, model.name)

    def _note_speed(self, texts: int, seconds: float) -> None:
        self._texts_per_second += 0.2 * (texts / max(seconds, 1e-6) - self._texts_per_second)


def _checked(model: EmbeddingModel, texts: Sequence[str], *, alone: bool) -> Embedded:
    if isinstance(model, ParallelEmbeddingModel) and not alone:
        embedded = model.embed_beside(texts)
    else:
        embedded = model.embed(texts)
    vectors = embedded.vectors
    if vectors.shape != (len(texts), model.dimensions):
        raise _defect_text(f"it gave the shape {vectors.shape} for {len(texts)} texts")
    lengths = np.linalg.norm(vectors, axis=1)
    # NaN is in no range.
    if not bool(np.all(np.abs(lengths - 1.0) <= UNIT_TOLERANCE)):
        raise _defect_text("it gave a vector that is not of unit length")
    return embedded


def _given_back() -> KtxError:
    return KtxError("the model is being given back", code="embedding-closed", hint="try again")


def _defect(error: Exception) -> KtxError:
    return _defect_text(f"{type(error).__name__}: {error}")


def _defect_text(what: str) -> KtxError:
    return KtxError(f"the backend failed: {what}", code="embedding-failed", hint="run: ktx runtime doctor")
