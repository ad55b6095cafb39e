"""What processes that live for a moment do to start and end sooner: controller, smoke checks, one-shot workers."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
import threading
from typing import NoReturn


def expect_a_short_life() -> None:
    """Collect garbage rarely: imports make few cycles, and looking for them is a tenth of a cold start.

    Plugins of pydantic's are left out: foreign code, found by reading the metadata of every distribution.
    """
    gc.set_threshold(100_000, 50, 100)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def leave(code: int) -> NoReturn:
    """End without taking the interpreter apart object by object, which is a fifth of a cold start.

    What asked to be called at the end is called, and what was written goes out as far as it can. Threads that Python
    would wait for are waited for, the long way.
    """
    if any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate()):
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way to run them early
    for stream in (sys.stdout, sys.stderr):
        # None where a process was started without it; closed or full where nobody can be told any more.
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)
