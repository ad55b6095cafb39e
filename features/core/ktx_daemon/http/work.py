"""Run operations off the event loop: in threads, some of which wait for processes; bounded queues, bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from ktx_daemon.deferred import Deferred
from ktx_daemon.interruption import ThreadInterruption
from ktx_daemon.time_limit import timed_out
from ktx_runtime.api import Busy, Interruption, Operation

T = TypeVar("T")

THREADS = 8
QUEUE_FACTOR = 64
"""An operation may have this many requests waiting for each that runs; one more is told to come back."""


class WorkBroken(Exception):
    """Work tried to end the process."""


class Work:
    """Counts what runs and waits, for each operation; knows when nothing does."""

    def __init__(self, *, threads: int = THREADS, processes: int = 1) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ktx-operation")
        # Threads of their own: those that only wait for a process keep none from the others.
        self._waiters = ThreadPoolExecutor(processes, thread_name_prefix="ktx-compute")
        self._processes = asyncio.Semaphore(processes)
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._waiting: dict[str, int] = {}
        self._running = 0

    @property
    def active(self) -> int:
        """How many requests run or wait now, abandoned ones that still run included."""
        return self._running + sum(self._waiting.values())

    async def run(self, operation: Operation, action: Callable[[Interruption], T | Deferred[T]]) -> T:
        """`action` in a thread, when it is its turn; when nobody waits any more, KeyboardInterrupt is raised in it.

        What it defers is waited for without a thread, and cancelled when nobody waits any more.
        Raises `Busy` when too many wait already, `TimedOut` after `operation.timeout_seconds` of running.
        """
        interruption = ThreadInterruption()
        gate = await self._turn(operation)
        return await self._outcome(
            operation, interruption, self._pool, lambda: interruption.run(lambda: action(interruption)), (gate,)
        )

    async def compute(self, operation: Operation, action: Callable[[Interruption], T]) -> T:
        """`action`, which waits for a process that the interruption ends. Raises as `run` does."""
        interruption = Interruption()
        gate = await self._turn(operation, self._processes)
        return await self._outcome(
            operation, interruption, self._waiters, lambda: action(interruption), (gate, self._processes)
        )

    async def _turn(self, operation: Operation, *shared: asyncio.Semaphore) -> asyncio.Semaphore:
        """Wait for a place in the operation's own gate, which is returned, and in shared ones, and keep them."""
        gate = self._gates.setdefault(operation.name, asyncio.Semaphore(operation.concurrency))
        waiting = self._waiting.get(operation.name, 0)
        if any(each.locked() for each in (gate, *shared)) and waiting >= operation.concurrency * QUEUE_FACTOR:
            raise Busy(f"too many requests wait for {operation.name}: {waiting}")
        self._waiting[operation.name] = waiting + 1
        taken: list[asyncio.Semaphore] = []
        try:
            for each in (gate, *shared):
                await each.acquire()
                taken.append(each)
        except BaseException:
            for each in taken:
                each.release()
            raise
        finally:
            self._waiting[operation.name] -= 1
        return gate

    async def _outcome(
        self,
        operation: Operation,
        interruption: Interruption,
        threads: ThreadPoolExecutor,
        action: Callable[[], T | Deferred[T]],
        gates: tuple[asyncio.Semaphore, ...],
    ) -> T:
        self._running += 1
        deferred: list[Deferred[T]] = []
        future = asyncio.wrap_future(_begun(threads, action, interruption, deferred))

        def done(_: object) -> None:
            # What cannot be interrupted keeps its place until it is really done.
            self._running -= 1
            for gate in gates:
                gate.release()

        future.add_done_callback(done)
        try:
            async with asyncio.timeout(operation.timeout_seconds):
                return await asyncio.shield(future)
        except TimeoutError:
            _abandon(interruption, deferred)
            future.add_done_callback(_swallow)
            raise timed_out(operation) from None
        except asyncio.CancelledError:
            _abandon(interruption, deferred)
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
        for pool in (self._pool, self._waiters):
            pool.shutdown(wait=False, cancel_futures=True)


def _begun(
    threads: ThreadPoolExecutor,
    action: Callable[[], T | Deferred[T]],
    interruption: Interruption,
    deferred: list[Deferred[T]],
) -> Future[T]:
    """What comes of `action` in one of `threads`, and after what it defers, which is noted in `deferred`, of the rest.

    The rest runs in the thread that has what was waited for, and the event loop is woken once: by the answer.
    """
    answer: Future[T] = Future()

    def begin() -> None:
        try:
            made = _guarded(action)
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
            answer.set_exception(error)
            return
        if not isinstance(made, Deferred):
            answer.set_result(made)
            return
        # In this order: who interrupts meanwhile either finds it noted, or has been noticed here.
        deferred.append(made)
        if interruption.happened:
            made.future.cancel()
        made.future.add_done_callback(lambda done: _answer(answer, done, made))

    threads.submit(begin)
    return answer


def _answer(answer: Future[T], done: Future[Any], made: Deferred[T]) -> None:
    """Give `answer` what `made` makes of what was waited for."""
    if done.cancelled():
        answer.cancel()
        return
    try:
        answer.set_result(_guarded(made.resume))
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
        answer.set_exception(error)


def _abandon(interruption: Interruption, deferred: list[Deferred[T]]) -> None:
    interruption.interrupt()
    for each in deferred:
        each.future.cancel()


def _guarded(action: Callable[[], T]) -> T:
    """`action`, which must not end the event loop: asyncio lets these two through."""
    try:
        return action()
    except (KeyboardInterrupt, SystemExit) as error:
        raise WorkBroken(f"{type(error).__name__}: {error}") from error


def _swallow(future: asyncio.Future[T]) -> None:
    """Nobody waits for the result any more; without a look at it asyncio would complain."""
    if not future.cancelled():
        future.exception()
