"""What was run and what it printed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence


class Transcript:
    """Kept for one check at a time."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def begin(self) -> None:
        """Forget the check before."""
        self._lines.clear()

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def say(self, line: str) -> None:
        self._lines.append(f"# {line}")

    def command(self, argv: Sequence[str]) -> None:
        self._lines.append(f"$ {shlex.join(argv)}")

    def ended(self, exit_code: int, *outputs: str) -> None:
        self._lines.extend(output.rstrip("\n") for output in outputs if output)
        self._lines.append(f"[exit {exit_code}]")
