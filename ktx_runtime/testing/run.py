"""One run of a program, to its end."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended, and what it wrote."""

    exit_code: int
    stdout: str
    stderr: str

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """What it wrote to stdout, as JSON. Raises AssertionError with what it said where that is none."""
        try:
            return json.loads(self.stdout)
        except ValueError:
            raise AssertionError(f"no JSON on stdout: {self.stdout!r}\n{self.stderr}") from None


def run_program(
    argv: Sequence[str],
    *,
    stdin: str = "",
    environment: Mapping[str, str],
    directory: Path,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Run:
    """Run `argv`; all streams are UTF-8. Raises `subprocess.TimeoutExpired`."""
    done = subprocess.run(
        argv,
        input=stdin,
        env=dict(environment),
        cwd=directory,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_seconds,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)
