"""A fixed number of compute processes, each started when it is first needed and kept."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from ktx_daemon.compute.messages import Question, Reply
from ktx_daemon.compute.process import ComputeProcess, ProcessDied
from ktx_runtime.api import Interruption

_LOOK_SECONDS = 0.1
"""How long a thread that waits for its turn may be deaf to an interruption."""


class ComputePool:
    """At most `size` processes, made by `start`. One that dies, or is ended, is replaced; the others go on."""

    def __init__(self, start: Callable[[], ComputeProcess], *, size: int) -> None:
        self.size = size
        self._start = start
        self._guard = threading.Lock()
        self._running: set[ComputeProcess] = set()
        self._closed = False
        # The last one back is the first to be asked again: its memory is warm, and the others need not exist.
        self._places: queue.LifoQueue[ComputeProcess | None] = queue.LifoQueue()
        for _ in range(size):
            self._places.put(None)

    def ask(self, question: Question, interruption: Interruption) -> Reply:
        """The reply of a process, when one is free. An interruption ends the process.

        Not for a thread in which KeyboardInterrupt may be raised anywhere: a place could be lost. Raises `ProcessDied`
        when the process ended by itself, for want of memory say.
        """
        kept = self._take(interruption)
        process = None
        try:
            process = kept if kept is not None and kept.alive else self._started()
            with interruption.calling(process.kill):
                return process.ask(question)
        finally:
            self._give_back(process if process is not None and process.alive else None, process, kept)

    def close(self) -> None:
        """End all of them."""
        with self._guard:
            self._closed = True
            running = tuple(self._running)
        for process in running:
            process.kill()
        for process in running:
            process.close()

    def _take(self, interruption: Interruption) -> ComputeProcess | None:
        while not interruption.happened:
            try:
                return self._places.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
        raise KeyboardInterrupt

    def _started(self) -> ComputeProcess:
        with self._guard:
            if self._closed:
                raise ProcessDied("the pool is closed")
            try:
                process = self._start()
            except OSError as error:
                raise ProcessDied(f"it could not be started: {error.strerror}") from error
            self._running.add(process)
            return process

    def _give_back(self, place: ComputeProcess | None, *used: ComputeProcess | None) -> None:
        self._places.put(place)
        for process in used:
            if process is not None and process is not place:
                process.close()
                with self._guard:
                    self._running.discard(process)
