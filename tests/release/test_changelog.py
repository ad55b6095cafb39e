"""A release says what changed, and when."""

import datetime as dt

import pytest

from scripts.release.build import CHECKOUT
from scripts.release.changelog import release_notes
from scripts.release.refusal import ReleaseRefused

TODAY = dt.date(2031, 5, 6)
TEXT = """# Changelog

## Unreleased

- Not yet.

## [0.2.0] - 2031-05-06

### Added

- A thing.

## 0.1.0 - 2031-01-01

### Added

Nothing in particular.

## 0.0.9

- Another.

## 0.0.8 - 2031-05-07

- Tomorrow's.
"""


def test_the_section_of_a_version_is_its_notes():
    assert release_notes(TEXT, "0.2.0", today=TODAY) == "### Added\n\n- A thing."


@pytest.mark.parametrize(
    ("version", "message", "hint"),
    [
        ("0.3.0", "has no section for 0.3.0", "## 0.3.0 - 2031-05-06"),
        ("0.1.0", "says nothing of 0.1.0", "say what changed"),
        ("0.0.9", "does not say when 0.0.9 was released: no date", "## 0.0.9 - 2031-05-06"),
        ("0.0.8", "does not say when 0.0.8 was released: 2031-05-07", "## 0.0.8 - 2031-05-06"),
    ],
)
def test_a_version_without_a_dated_section_that_says_something_is_refused(version, message, hint):
    with pytest.raises(ReleaseRefused, match=message) as refused:
        release_notes(TEXT, version, today=TODAY)
    assert refused.value.hint.endswith(hint)


def test_what_the_hint_says_makes_the_real_changelog_pass():
    text = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    with pytest.raises(ReleaseRefused) as refused:
        release_notes(text, "98.7.6", today=TODAY)
    heading = refused.value.hint[refused.value.hint.index("## ") :]
    notes = release_notes(text.replace("## Unreleased\n", f"## Unreleased\n\n{heading}\n", 1), "98.7.6", today=TODAY)
    assert notes.startswith("### ")
