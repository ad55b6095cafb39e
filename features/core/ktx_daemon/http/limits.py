"""What the operating system lets a daemon do: no image of its memory on disk, as many connections as there may be."""

import sys
from contextlib import suppress

OPEN_FILES = 8192
"""More than there can be clients of one user; systems start with 1,024, or 256."""


def set_limits() -> None:
    """The memory holds the token and the environments of clients: a crash must not write it to a file.

    Nothing where the system has no such limits, or does not let them be changed.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, OPEN_FILES) if most > 0 else OPEN_FILES, most))
