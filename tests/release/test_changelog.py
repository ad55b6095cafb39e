"""A release says what changed, and when; its section is cut from what is unreleased."""

import datetime as dt

import pytest

from scripts.release.build import CHECKOUT
from scripts.release.changelog import FILE, cut, release_notes
from scripts.release.refusal import ReleaseRefused
from scripts.release.version import Version

TODAY = dt.date(2031, 5, 6)
TEXT = """# Changelog

## Unreleased

### Fixed

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


def version(text):
    return Version.from_npm(text)


def test_the_section_of_a_version_is_its_notes():
    assert release_notes(TEXT, version("0.2.0"), today=TODAY) == "### Added\n\n- A thing."


def test_the_notes_of_a_candidate_are_what_is_unreleased_and_it_gets_no_section():
    candidate = version("0.3.0-rc.1")
    assert release_notes(TEXT, candidate, today=TODAY) == "### Fixed\n\n- Not yet."
    assert cut(TEXT, candidate, today=TODAY) == TEXT


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("0.3.0", "has no section for 0.3.0", "## 0.3.0 - 2031-05-06"),
        ("0.1.0", "says nothing of 0.1.0", "say what changed, below ## Unreleased"),
        ("0.0.9", "does not say when 0.0.9 was released: no date", "## 0.0.9 - 2031-05-06"),
        ("0.0.8", "does not say when 0.0.8 was released: 2031-05-07", "## 0.0.8 - 2031-05-06"),
    ],
)
def test_a_version_without_a_dated_section_that_says_something_is_refused(name, message, hint):
    with pytest.raises(ReleaseRefused, match=message) as refused:
        release_notes(TEXT, version(name), today=TODAY)
    assert refused.value.hint.endswith(hint)


def test_a_release_takes_what_was_unreleased_under_its_name_and_date():
    head, rest = TEXT.split("### Fixed", 1)
    assert cut(TEXT, version("0.3.0"), today=TODAY) == f"{head}## 0.3.0 - 2031-05-06\n\n### Fixed{rest}"


def test_a_release_that_is_made_once_more_keeps_its_date():
    once = cut(TEXT, version("0.3.0"), today=TODAY)
    assert cut(once, version("0.3.0"), today=TODAY + dt.timedelta(days=3)) == once


def test_what_changes_after_a_release_is_the_next_ones():
    once = cut(TEXT, version("0.3.0"), today=TODAY)
    with pytest.raises(ReleaseRefused, match=r"says nothing of 0\.4\.0"):
        cut(once, version("0.4.0"), today=TODAY)
    later = cut(once.replace("## Unreleased\n", "## Unreleased\n\n- More.\n", 1), version("0.4.0"), today=TODAY)
    assert release_notes(later, version("0.4.0"), today=TODAY) == "- More."
    assert release_notes(later, version("0.3.0"), today=TODAY) == "### Fixed\n\n- Not yet."
    assert later.count("## Unreleased\n") == 1


def test_the_only_section_may_be_the_unreleased_one():
    alone = "# Changelog\n\n## Unreleased\n\n- First.\n"
    assert cut(alone, version("0.1.0"), today=TODAY) == (
        "# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2031-05-06\n\n- First.\n"
    )


def test_the_real_changelog_can_be_cut():
    text = (CHECKOUT / FILE).read_text(encoding="utf-8")
    after = cut(text, version("98.7.6"), today=TODAY)
    assert release_notes(after, version("98.7.6"), today=TODAY).startswith("### ")
    assert after.replace("\n\n## 98.7.6 - 2031-05-06", "", 1) == text
