"""The changelog: what of it is a release's notes, and cutting a section for a release.

A candidate's notes are what is unreleased; a release gets a section of its own, with a date.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from scripts.release.refusal import ReleaseRefused
from scripts.release.version import Version

FILE = Path("CHANGELOG.md")
"""Below the checkout."""

_UNRELEASED = "Unreleased"
_HEADING = re.compile(r"^## \[?(?P<version>[^\]\s]+)\]?(?: - (?P<date>\S+))?\s*$", re.MULTILINE)
_CHANGE = re.compile(r"^- ", re.MULTILINE)


def cut(text: str, version: Version, *, today: dt.date) -> str:
    """`text` (CHANGELOG.md) with what was unreleased in a section for `version`, dated `today`.

    As it is where `version` has its section, as when a release is made once more, and for a candidate. Refused where
    there is nothing to tell.
    """
    if version.candidate is not None or _section(text, version.npm) is not None:
        return text
    unreleased = _section(text, _UNRELEASED)
    if unreleased is None:
        raise ReleaseRefused(f"{FILE} has no section for {version.npm}", hint=_heading_hint(version.npm, today))
    start, end, notes = unreleased
    _require_changes(notes, version.npm)
    return f"{text[:start]}\n\n## {version.npm} - {today.isoformat()}\n\n{notes}\n{_gap(text[end:])}{text[end:]}"


def release_notes(text: str, version: Version, *, today: dt.date) -> str:
    """What `text` (CHANGELOG.md) says of `version`. Refused unless it says something; of a release, with its date."""
    found = _section(text, version.npm)
    if found is None and version.candidate is not None:
        found = _section(text, _UNRELEASED)
    if found is None:
        raise ReleaseRefused(f"{FILE} has no section for {version.npm}", hint=_heading_hint(version.npm, today))
    if version.candidate is None:
        _require_date(text, version.npm, today)
    _require_changes(found[2], version.npm)
    return found[2]


def _section(text: str, name: str) -> tuple[int, int, str] | None:
    """Where the section behind a heading starts and ends, and what it says."""
    headings = list(_HEADING.finditer(text))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        if heading["version"] == name:
            # The pattern takes the empty lines behind the heading along.
            start = heading.start() + len(heading.group().rstrip())
            end = following.start() if following else len(text)
            return start, end, text[start:end].strip()
    return None


def _gap(following: str) -> str:
    return "\n" if following else ""


def _require_changes(notes: str, version: str) -> None:
    if not _CHANGE.search(notes):
        raise ReleaseRefused(f"{FILE} says nothing of {version}", hint="say what changed, below ## Unreleased")


def _require_date(text: str, version: str, today: dt.date) -> None:
    written = next(heading["date"] for heading in _HEADING.finditer(text) if heading["version"] == version)
    try:
        date = dt.date.fromisoformat(written or "")
    except ValueError:
        date = None
    if date is None or date > today:
        raise ReleaseRefused(
            f"{FILE} does not say when {version} was released: {written or 'no date'}",
            hint=f"the heading has to be: ## {version} - {today.isoformat()}",
        )


def _heading_hint(version: str, today: dt.date) -> str:
    return f"say what changed below a heading: ## {version} - {today.isoformat()}"
