"""How work hears that nobody waits for it any more: ^C, a client that left, a time limit."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 2.0


class Interruption:
    """One for each call of a command or operation, made by its host.

    What is interrupted ends with KeyboardInterrupt, as a program does at ^C, and in Python code the host sees to that.
    A call that does not come back to Python for long, a database's say, has to be ended from outside:

        with invocation.interruption.calling(session.cancel):
            rows = session.fetch(sql, max_rows=100, timeout_seconds=30)
    """

    def __init__(self) -> None:
        self._happened = threading.Event()
        self._guard = threading.Lock()
        self._cancels: list[Callable[[], None]] = []

    @property
    def happened(self) -> bool:
        """Whether somebody has interrupted. It stays so."""
        return self._happened.is_set()

    @contextmanager
    def calling(self, cancel: Callable[[], None]) -> Iterator[None]:
        """While the block runs, an interruption calls `cancel` from another thread, again until the block ends.

        An interrupted block ends with KeyboardInterrupt, whatever it returns or fails with, and is not begun when the
        interruption came before. `cancel` is not called, nor running any more, once the block is left; what it raises
        is passed over.
        """
        with self._guard:
            if self.happened:
                raise KeyboardInterrupt
            self._cancels.append(cancel)
        try:
            yield
        except Exception as error:
            if self.happened:
                raise KeyboardInterrupt from error
            raise
        finally:
            with self._guard:
                self._cancels.remove(cancel)
        if self.happened:
            raise KeyboardInterrupt

    def interrupt(self) -> None:
        """For hosts: interrupt, from any thread. Returns at once; calling it again changes nothing."""
        with self._guard:
            if self.happened:
                return
            self._happened.set()
        threading.Thread(target=self._insist, name="ktx-interruption", daemon=True).start()

    def _insist(self) -> None:
        # Again: the first attempt may come a moment before the call that it is to end has begun.
        pause = _FIRST_PAUSE_SECONDS
        while not self._attempt():
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _attempt(self) -> bool:
        """Call what ends the calls that run; whether none does."""
        with self._guard:
            for cancel in self._cancels:
                # A driver's code may raise anything; the block that it belongs to is still waited for.
                with suppress(Exception):
                    cancel()
            return not self._cancels
