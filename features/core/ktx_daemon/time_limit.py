"""How long an operation may take, where no event loop watches over it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ktx_daemon.interruption import ThreadInterruption
from ktx_runtime.api import Interruption, KtxError, Operation

GRACE_SECONDS = 3.0
"""How long a process may take to end after its time is up, before it is ended the hard way."""


class TimedOut(KtxError):
    """The operation took longer than it may."""


def timed_out(operation: Operation) -> TimedOut:
    """What to say of an operation that was interrupted when its time was up."""
    return TimedOut(f"{operation.name} did not finish within {operation.timeout_seconds:g} s", code="operation-timeout")


@contextmanager
def time_limit(operation: Operation, interruption: Interruption, *, own_process: bool = False) -> Iterator[None]:
    """Interrupt the block when the operation's time is up. Raises `TimedOut` then, also when it ended just after.

    In a process of its own, which has nothing else to do, what does not end either is ended with the process.
    """
    expired, over = threading.Event(), threading.Event()

    def expire() -> None:
        expired.set()
        interruption.interrupt()
        if own_process and not over.wait(GRACE_SECONDS):
            from ktx_runtime.api import failure_text  # noqa: PLC0415 - an answer needs no words for failures

            sys.stderr.write(failure_text(timed_out(operation)))
            sys.stderr.flush()
            os._exit(TimedOut.exit_code)

    timer = threading.Timer(operation.timeout_seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield
        finally:
            over.set()
            timer.cancel()
            timer.join()
            if expired.is_set() and isinstance(interruption, ThreadInterruption):
                interruption.withdraw()
    except KeyboardInterrupt:
        if expired.is_set():
            raise timed_out(operation) from None
        raise
    if expired.is_set():
        raise timed_out(operation)
