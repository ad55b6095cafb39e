"""Run operations off the event loop: a pool of threads, bounded queues, bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from ktx_daemon.interruption import ThreadInterruption
from ktx_daemon.time_limit import timed_out
from ktx_runtime.api import Busy, Interruption, Operation

THREADS = 8
QUEUE_FACTOR = 64
"""An operation may have this many requests waiting for each that runs; one more is told to come back."""


Action = Callable[[Interruption], bytes]
"""What runs in a thread; the interruption is what it hears of when nobody waits any more."""


class OperationBroken(Exception):
    """An operation tried to end the process."""


class Work:
    """Counts what runs and waits, for each operation; knows when nothing does."""

    def __init__(self, *, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ktx-operation")
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._waiting: dict[str, int] = {}
        self._running = 0

    @property
    def active(self) -> int:
        """How many requests run or wait now, abandoned ones that still run included."""
        return self._running + sum(self._waiting.values())

    async def run(self, operation: Operation, action: Action) -> bytes:
        """`action` in a thread, when it is its turn.

        Raises `Busy` when too many wait already, `TimedOut` after `operation.timeout_seconds` of running.
        """
        gate = self._gates.setdefault(operation.name, asyncio.Semaphore(operation.concurrency))
        waiting = self._waiting.get(operation.name, 0)
        if gate.locked() and waiting >= operation.concurrency * QUEUE_FACTOR:
            raise Busy(f"too many requests wait for {operation.name}: {waiting}")
        self._waiting[operation.name] = waiting + 1
        try:
            await gate.acquire()
        finally:
            self._waiting[operation.name] -= 1
        return await self._run(operation, gate, action)

    async def _run(self, operation: Operation, gate: asyncio.Semaphore, action: Action) -> bytes:
        loop = asyncio.get_running_loop()
        self._running += 1
        interruption = ThreadInterruption()
        future = loop.run_in_executor(self._pool, _guarded, action, interruption)

        def done(_: object) -> None:
            # What cannot be interrupted keeps its place until it is really done.
            self._running -= 1
            gate.release()

        future.add_done_callback(done)
        try:
            async with asyncio.timeout(operation.timeout_seconds):
                return await asyncio.shield(future)
        except TimeoutError:
            interruption.interrupt()
            future.add_done_callback(_swallow)
            raise timed_out(operation) from None
        except asyncio.CancelledError:
            interruption.interrupt()
            future.add_done_callback(_swallow)
            raise

    @contextmanager
    def held(self) -> Iterator[None]:
        """Count something that runs elsewhere."""
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    def close(self) -> None:
        """Let go of the threads; what waits is dropped, what runs is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _guarded(action: Action, interruption: ThreadInterruption) -> bytes:
    """`action`, which must not end the event loop: asyncio lets these two through."""
    try:
        return interruption.run(lambda: action(interruption))
    except (KeyboardInterrupt, SystemExit) as error:
        raise OperationBroken(f"{type(error).__name__}: {error}") from error


def _swallow(future: asyncio.Future[bytes]) -> None:
    """Nobody waits for the result any more; without a look at it asyncio would complain."""
    if not future.cancelled():
        future.exception()
