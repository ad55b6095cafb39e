"""The interruption of a process of its own, whose main thread may be in a library that does not come back to Python."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ktx_daemon.interruption import ThreadInterruption


class ProcessInterruption(ThreadInterruption):
    """While a call runs that has to be ended from outside, a thread waits for ^C on its behalf.

    Python itself handles a signal only when the call has come back, and raises KeyboardInterrupt then.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()

    @contextmanager
    def calling(self, cancel: Callable[[], None]) -> Iterator[None]:
        """See `Interruption.calling`."""
        with super().calling(cancel), _told_of_sigint(self._hear):
            yield

    def _hear(self) -> None:
        # Python raises it, once.
        self._raised = True
        self.interrupt()


@contextmanager
def _told_of_sigint(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` from another thread at once when SIGINT arrives (`signal.set_wakeup_fd`)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    import signal  # noqa: PLC0415 - its enumerations take half a millisecond, and few calls are ended from outside

    reading, writing = os.pipe()
    if os.name == "posix":
        os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    thread = threading.Thread(target=_listen, args=(reading, int(signal.SIGINT), tell), name="ktx-signals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(writing)
        thread.join()
        os.close(reading)


def _listen(reading: int, awaited: int, tell: Callable[[], None]) -> None:
    # One byte a signal, its number; nothing once the other end is closed.
    while numbers := os.read(reading, 64):
        if awaited in numbers:
            tell()
