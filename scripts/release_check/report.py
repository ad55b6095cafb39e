"""The report: a table to read, and JSON that says the same."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.release_check.bench import Subject, described
from scripts.release_check.check import Outcome, Row

_LOG_LINES = 60


def heading(subject: Subject) -> str:
    """What is checked, and where."""
    about = _about(subject)
    return f"{about['name']} {about['version']}, {about['size']:,} bytes, sha256 {about['sha256'][:16]}…\n{_system()}\n"


def line(row: Row) -> str:
    """One check, said as soon as it has ended."""
    outcome = row.outcome.value.upper() if row.outcome is Outcome.FAIL else row.outcome.value
    return f"{row.check.number:>2}  {row.check.name:<38}  {outcome:<7}  {row.seconds:6.1f} s  {row.detail}"


def ending(rows: Sequence[Row]) -> str:
    """The logs of what failed, and the sum."""
    failed = [row for row in rows if row.outcome is Outcome.FAIL]
    parts = [f"\n---- {row.check.number} {row.check.name}\n{_tail(row.log)}" for row in failed]
    counts = ", ".join(f"{sum(row.outcome is one for row in rows)} {_SAID[one]}" for one in Outcome)
    return "".join(parts) + f"\n{counts} in {sum(row.seconds for row in rows):.0f} seconds"


_SAID = {Outcome.PASS: "passed", Outcome.FAIL: "failed", Outcome.SKIPPED: "skipped"}


def write_json(file: Path, subject: Subject, rows: Sequence[Row]) -> None:
    """The report for programs; `make publish` reads it."""
    report = {
        "schemaVersion": 1,
        "ok": all(row.outcome is not Outcome.FAIL for row in rows),
        "tarball": _about(subject),
        "system": _system(),
        "checks": [
            {
                "number": row.check.number,
                "name": row.check.name,
                "outcome": row.outcome.value,
                "optional": row.check.optional,
                "seconds": round(row.seconds, 2),
                "detail": row.detail,
                "log": row.log if row.outcome is Outcome.FAIL else None,
            }
            for row in rows
        ],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _about(subject: Subject) -> dict[str, Any]:
    content = subject.tarball.read_bytes()
    return {
        "name": subject.tarball.name,
        "version": described(subject.tarball)["version"],
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _system() -> str:
    argv = [shutil.which("node") or "node", "--version"]
    node = subprocess.run(argv, capture_output=True, text=True, check=False).stdout.strip().removeprefix("v")
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, node {node}"


def _tail(log: str) -> str:
    lines = log.splitlines()
    shown = lines[-_LOG_LINES:]
    return "".join(f"{text}\n" for text in ([f"… {len(lines) - _LOG_LINES} lines"] if shown != lines else []) + shown)
