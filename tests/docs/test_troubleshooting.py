"""Every error code has its entry, and every entry says something."""

import re
import subprocess
import sys

import pytest

from ktx_runtime.daemon.judgement import Reason
from scripts.error_codes import CHECKOUT, PAGES, all_codes, codes_of, entries


def test_every_code_in_the_sources_has_one_entry_and_every_entry_is_of_a_code():
    argv = [sys.executable, "-m", "scripts.error_codes", "--check"]
    done = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_all_kinds_of_codes_are_found():
    # of the launcher, the runtime, an exception's default, the semantic layer, tables of findings, a plugin
    assert {
        "daemon-lost",
        "feature-circle",
        "usage",
        "fan-out",
        "join-missing",
        "yaml-tag",
        "query-failed",
    } <= all_codes()
    assert len(all_codes()) > 150


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("by-keyword", "raise KtxError('no', code='by-keyword')"),
        ("either-way", "raise KtxError('no', code='either-way' if full else 'other-way')"),
        ("of-a-problem", "yield Problem('of-a-problem', 'no')"),
        ("by-default", "class Busy(Exception):\n    def __init__(self, *, code: str = 'by-default'): ..."),
        ("of-a-table", "CODES: dict[str, str] = {'of-a-table': 'no'}"),
    ],
)
def test_a_new_code_would_be_noticed(tmp_path, code, text):
    (tmp_path / "new.py").write_text(text)
    assert code in codes_of([tmp_path / "new.py"])


@pytest.mark.parametrize("page", sorted(set(entries().values())), ids=lambda page: page.stem)
def test_every_entry_says_something(page):
    for code, said in re.findall(r"^### (\S+)\n(.*?)(?=^### |\Z)", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        assert len(said.split()) >= 4, code


def test_entries_are_in_order_where_they_can_be_looked_up():
    for page in PAGES.glob("*.md"):
        codes = re.findall(r"^### (\S+)$", page.read_text("utf-8"), re.MULTILINE)
        assert codes == sorted(codes), page.name


def test_every_reason_for_a_decision_on_a_daemon_is_told():
    text = (PAGES / "running.md").read_text("utf-8")
    assert {reason.value for reason in Reason} == set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))
