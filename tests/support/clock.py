"""A process of its own with a clock of its own: libfaketime, as `apt-get install libfaketime` brings it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

_PLACES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of day of whoever runs with `variables`, set from outside. Time that passes is measured as ever."""

    library: Path
    file: Path

    def set(self, offset: str) -> None:
        """`+3d` is in three days, `-2h` was two hours ago. It is noticed within a second."""
        staged = self.file.with_suffix(".new")
        staged.write_text(f"{offset}\n")
        staged.replace(self.file)

    @property
    def variables(self) -> dict[str, str]:
        settings = {"FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_CACHE_DURATION": "1"}
        return {"LD_PRELOAD": str(self.library), "FAKETIME_DONT_FAKE_MONOTONIC": "1", **settings}


def make_clock(directory: Path, offset: str = "+0d") -> Clock:
    """A clock that can be set; skips where there is nothing that could fake one."""
    found = [file for place in _PLACES for file in Path("/").glob(place.lstrip("/"))]
    if not found:
        pytest.skip("libfaketime is not installed (optional): apt-get install libfaketime")
    clock = Clock(found[0], directory / "clock")
    clock.set(offset)
    return clock
