"""One writer at a time, across processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_SECONDS = 0.05


@contextmanager
def exclusive(file: Path, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock `file`; `on_wait` is called once if somebody else holds it.

    The operating system gives the lock back when its holder dies. Whoever gets it has to look again at what it came
    for: another process may have done it meanwhile.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - 60 ms that only writers pay

    lock = FileLock(file, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait()
        lock.acquire(poll_interval=POLL_SECONDS)
    try:
        yield
    finally:
        lock.release()
