"""Processes of a test's own, which end with it however it ends."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def killed_after(process: subprocess.Popen[Any]) -> Iterator[subprocess.Popen[Any]]:
    """`process`, killed at the end of the block unless it has ended, then collected and its pipes closed.

    `with` on a `Popen` alone waits: after a failed assertion, for ever.
    """
    with process:
        try:
            yield process
        finally:
            process.kill()
