"""How far it is: a bar on a terminal, a line now and then elsewhere. Always on stderr."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from ktx_runtime.api import Invocation

BAR_WIDTH = 20
BAR_SECONDS, LINE_SECONDS = 0.2, 10.0
CLEAR_LINE = "\r\x1b[K"


@dataclass(slots=True)
class Progress:
    """Of one run. `size` is that of the input in bytes, None where nobody knows it."""

    invocation: Invocation
    size: int | None
    quiet: bool = False
    _started: float = field(default_factory=time.monotonic)
    _told: float = field(default_factory=time.monotonic)
    _begin: int | None = None

    @property
    def _bar(self) -> bool:
        return self.invocation.terminal.stderr_is_terminal and self.invocation.environment.get("TERM") != "dumb"

    def tell(self, texts: int, consumed: int) -> None:
        """Show it, if it is time."""
        if self._begin is None:
            self._begin = texts
        now = time.monotonic()
        if self.quiet or now - self._told < (BAR_SECONDS if self._bar else LINE_SECONDS):
            return
        self._told = now
        words = self._words(texts, consumed, now)
        if self._bar:
            filled = 0 if not self.size else round(BAR_WIDTH * consumed / self.size)
            bar = f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {words}"
            self.invocation.stderr.write(f"{CLEAR_LINE}{bar[: self.invocation.terminal.width - 1]}")
        else:
            self.invocation.stderr.write(f"ktx: {words}\n")
        self.invocation.stderr.flush()

    def over(self) -> None:
        """Leave no half line behind."""
        if self._bar and not self.quiet:
            self.invocation.stderr.write(CLEAR_LINE)

    def _words(self, texts: int, consumed: int, now: float) -> str:
        rate = (texts - (self._begin or 0)) / max(now - self._started, 1e-6)
        words = f"{texts} texts, {rate:.0f} a second"
        if self.size and 0 < consumed < self.size and texts:
            left = (self.size - consumed) / consumed * texts / max(rate, 1e-6)
            words += f", about {_duration(left)} left"
        return words


def _duration(seconds: float) -> str:
    if seconds < 90:  # noqa: PLR2004 - of two units the one that reads better
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"  # noqa: PLR2004 - as above
