"""A short history of what was decided about the daemon, and why: `daemon-history.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from ktx_runtime.api import Record

KEPT = 50


class Decision(Record):
    """One decision: `at` in ISO 8601 UTC, what was done, the reason code, and one line for people."""

    at: str
    action: str
    reason: str
    detail: str


def append_decision(file: Path, decision: Decision) -> None:
    """Add a line. A history that cannot be written stops nobody."""
    try:
        kept = [line for line in _lines(file) if line][-(KEPT - 1) :]
        with file.open("w" if len(kept) == KEPT - 1 else "a", encoding="utf-8") as stream:
            if len(kept) == KEPT - 1:
                stream.writelines(f"{line}\n" for line in kept)
            stream.write(decision.model_dump_json() + "\n")
    except OSError:
        return


def read_decisions(file: Path) -> tuple[Decision, ...]:
    """The last decisions, oldest first; damaged lines are passed over."""
    found = []
    for line in _lines(file):
        try:
            found.append(Decision.model_validate(json.loads(line)))
        except (ValueError, ValidationError):
            continue
    return tuple(found[-KEPT:])


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
