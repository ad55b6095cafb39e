"""Interrupting the one thread that works for a client, perhaps in a process where others work for others."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from ktx_runtime.api import Interruption

T = TypeVar("T")

_IMPORT_SYSTEM = "<frozen importlib._bootstrap>"


class ThreadInterruption(Interruption):
    """Raises KeyboardInterrupt in the thread that works, as ^C would in a process: once, and only while it works.

    Not in the middle of an import, which this process may never be able to do again (numpy's, torch's): after it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._turn = threading.Lock()
        self._thread: int | None = None
        self._raised = False

    def run(self, action: Callable[[], T]) -> T:
        """Do `action` in this thread. Once this has returned or raised, no interruption reaches the thread any more."""
        with self._turn:
            if self.happened:
                raise KeyboardInterrupt
            self._thread = threading.get_ident()
        try:
            return action()
        finally:
            self.withdraw()

    def withdraw(self) -> None:
        """From now on nothing is raised in the thread, not even what is on its way."""
        with self._turn:
            if self._raised and self._thread is not None:
                _set_pending(self._thread, None)
            self._thread = None

    def _attempt(self) -> bool:
        called = super()._attempt()
        with self._turn:
            if self._thread is None or self._raised:
                return called
            if _is_importing(self._thread):
                return False
            _set_pending(self._thread, KeyboardInterrupt)
            self._raised = True
        return called


def _is_importing(thread: int) -> bool:
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - documented, whatever its name
    while frame is not None:
        if frame.f_code.co_filename == _IMPORT_SYSTEM:
            return True
        frame = frame.f_back
    return False


def _set_pending(thread: int, exception: type[BaseException] | None) -> None:
    """Let `exception` be raised at the thread's next Python instruction; None takes back what is not raised yet."""
    import ctypes  # noqa: PLC0415 - only for interruptions

    given = ctypes.c_void_p() if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), given)
