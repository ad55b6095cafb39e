"""Waiting for what happens elsewhere: for the event itself, and long enough for a machine that does much else."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0
"""No test depends on the machine being quick: this is for faults only."""


def wait_until(
    condition: Callable[[], object], *, what: str = "it", patience_seconds: float = PATIENCE_SECONDS
) -> None:
    """Return as soon as `condition` holds. Fails when it does not in time."""
    deadline = time.monotonic() + patience_seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {patience_seconds:g} s"
        time.sleep(0.01)
