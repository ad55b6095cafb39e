"""The daemon's own words, on its stderr, which the supervisor has sent to a log."""

import sys

from ktx_runtime.api import plain_text


def note(line: str) -> None:
    """Write a line. A log that cannot be written, on a full disk say, stops nobody."""
    try:
        sys.stderr.write(plain_text(line) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return
