"""Requests that wait for vectors: their texts, one by one, and what came of them so far."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ktx_runtime.api import Embedded, KtxError


@dataclass(slots=True)
class Job:
    """One request for `texts` vectors. `finish` makes its answer of the model's name and of all vectors in order."""

    texts: int
    finish: Callable[[str, Embedded], Any]
    future: Future[Any] = field(default_factory=Future)
    _rows: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    _tokens: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_over(self) -> bool:
        """Nobody waits for it: answered, failed, or cancelled."""
        return self.future.done()

    def deliver(self, index: int, vector: NDArray[np.float32], tokens: int | None, name: str) -> None:
        """Take the vector of one text; with the last of them the request is answered. Any thread may call it."""
        with self._lock:
            self._rows[index] = vector
            if tokens is not None:
                self._tokens[index] = tokens
            complete = len(self._rows) == self.texts
        if complete and not self.is_over:
            self._answer(name)

    def fail(self, error: KtxError) -> None:
        """Answer with `error`, unless it is over."""
        # Somebody may cancel it at this very moment; and another of its batches may have failed.
        with contextlib.suppress(InvalidStateError):
            self.future.set_exception(error)

    def _answer(self, name: str) -> None:
        places = range(self.texts)
        counts = [self._tokens[index] for index in places] if len(self._tokens) == self.texts else None
        whole = Embedded(np.stack([self._rows[index] for index in places]), counts)
        with contextlib.suppress(InvalidStateError):
            try:
                self.future.set_result(self.finish(name, whole))
            except InvalidStateError:
                raise
            except Exception as error:  # noqa: BLE001 - it is the request's failure, not the queue's
                self.future.set_exception(error)


@dataclass(frozen=True, slots=True)
class Item:
    """One text of a request: which of its texts, about how many tokens, and the how many-th text that anybody sent."""

    job: Job
    index: int
    text: str
    tokens: int
    number: int


def fail_all(items: Iterable[Item], error: KtxError) -> None:
    """Answer all requests that have a text among `items` with `error`."""
    for job in {id(item.job): item.job for item in items}.values():
        job.fail(error)


def deliver_all(items: Sequence[Item], embedded: Embedded, name: str) -> None:
    """Hand each of `items` its row."""
    counts: Sequence[int | None] = embedded.token_counts or [None] * len(items)
    for item, vector, tokens in zip(items, embedded.vectors, counts, strict=True):
        item.job.deliver(item.index, vector, tokens, name)
