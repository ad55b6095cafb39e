"""Which threads compute with torch, and with how many others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from queue import SimpleQueue
from typing import Any, TypeVar

import torch

T = TypeVar("T")

MOST_LANES = 8
"""A batch takes some fifty megabytes while it is computed."""


class Team:
    """One thread that makes all calls for which torch takes all of its threads.

    OpenMP gives each thread that calls it helpers of its own, which live as long as it does. Once all of them are more
    than there are processors, no helper looks out for its next piece of work any more: it is put to sleep and woken,
    some 40 times a batch (ADR 86). So whoever has a batch for all processors has this one call.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="ktx-torch", daemon=True)
        self._thread.start()

    def run(self, action: Callable[[], T]) -> T:
        """What `action` gives or raises. What it calls in turn may call this, too."""
        if threading.current_thread() is self._thread:
            return action()
        outcome: Future[T] = Future()
        self._calls.put((outcome, action))
        return outcome.result()

    def close(self) -> None:
        """Let the thread end after what was asked for before. Nothing may be asked for afterwards."""
        self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            outcome, action = call
            try:
                outcome.set_result(action())
            except BaseException as error:  # noqa: BLE001 - it is raised where it was asked for
                outcome.set_exception(error)
            # What the last call has made is its caller's alone.
            del call, outcome, action


@cache
def most_threads() -> int:
    """What torch takes by itself, asked once: each new thread is given what another has set last."""
    return int(torch.get_num_threads())


def lanes() -> int:
    """How many batches to compute at once: one for each thread, as long as their numbers in between fit in memory."""
    return min(most_threads(), MOST_LANES)


def use_threads(count: int) -> None:
    """For what the calling thread computes from now on; other threads keep theirs."""
    most_threads()
    torch.set_num_threads(count)
