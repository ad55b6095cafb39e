"""The changelog's section for a version."""

from __future__ import annotations

import datetime as dt
import re

from scripts.release.refusal import ReleaseRefused

_HEADING = re.compile(r"^## \[?(?P<version>[^\]\s]+)\]?(?: - (?P<date>\S+))?\s*$", re.MULTILINE)


def release_notes(text: str, version: str, *, today: dt.date) -> str:
    """What `text` (CHANGELOG.md) says of `version`, as npm spells it. Refused unless it is dated and says something."""
    headings = list(_HEADING.finditer(text))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        if heading["version"] == version:
            _require_date(heading["date"], version, today)
            notes = text[heading.end() : following.start() if following else None].strip()
            if not re.search(r"^- ", notes, re.MULTILINE):
                raise ReleaseRefused(f"CHANGELOG.md says nothing of {version}", hint="say what changed")
            return notes
    raise ReleaseRefused(
        f"CHANGELOG.md has no section for {version}",
        hint=f"move what is unreleased below a heading of its own: ## {version} - {today.isoformat()}",
    )


def _require_date(written: str | None, version: str, today: dt.date) -> None:
    try:
        date = dt.date.fromisoformat(written or "")
    except ValueError:
        date = None
    if date is None or date > today:
        raise ReleaseRefused(
            f"CHANGELOG.md does not say when {version} was released: {written or 'no date'}",
            hint=f"the heading has to be: ## {version} - {today.isoformat()}",
        )
