"""The pages on the semantic layer: whoever does what they say sees what they show."""

from pathlib import Path

import pytest

from ktx_runtime.registry import Catalogue
from ktx_runtime.registry.collect import own_catalogue
from tests.docs.page import before, blocks
from tests.docs.reader import Reader
from tests.docs.record import PAGES

ALL = sorted(PAGES.glob("*.md"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return own_catalogue({})


@pytest.fixture(params=ALL, ids=lambda page: page.stem)
def page(request) -> Path:
    return request.param


def test_every_command_prints_what_the_page_shows(page, tmp_path, catalogue):
    reader = Reader(tmp_path, catalogue)
    for other in before(page):
        list(reader.follow(other.read_text(encoding="utf-8")))
    for _, seen in reader.follow(page.read_text(encoding="utf-8")):
        for one in seen:
            where = f"{page.name}:{one.line}: {one.command}"
            assert (one.code, where) == (one.expected_code, where)
            assert one.printed == one.expected, where


def test_links_between_pages_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for block in blocks(text):
        text = text.replace(block.body, "")
    for piece in text.split("](")[1:]:
        target = piece.split(")")[0].split("#")[0]
        assert not target or (page.parent / target).exists(), target


def test_there_are_pages():
    assert {"tutorial", "model", "queries", "refusals"} <= {page.stem for page in ALL}


def test_a_page_that_is_wrong_is_noticed(tmp_path, catalogue):
    page = (
        "```sql\n-- one.sql\nselect 1\n```\n```console\n$ python3 -c \"print(open('one.sql').read())\"\nselect 2\n```\n"
    )
    ((_, _), (_, (seen,))) = list(Reader(tmp_path, catalogue).follow(page))
    assert (seen.code, seen.expected) == (0, "select 2")
    assert seen.printed == "-- one.sql\nselect 1"


def test_a_block_that_nobody_can_follow_is_an_error(tmp_path, catalogue):
    with pytest.raises(ValueError, match="line 1"):
        list(Reader(tmp_path, catalogue).follow("```yaml\nname: orders\n```\n"))
