"""The page on commands is what `--help` says now."""

import subprocess
import sys

import pytest

from scripts.release.build import CHECKOUT


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="optional: other Pythons break lines of help elsewhere")
def test_the_page_says_what_help_says():
    argv = [sys.executable, "-m", "scripts.command_reference", "--check"]
    done = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_command_says_what_it_does_and_how_it_is_called():
    text = (CHECKOUT / "docs" / "reference" / "commands.md").read_text("utf-8")
    for section in text.split("\n## ")[1:]:
        command, _, body = section.partition("\n")
        assert f"usage: {command}" in body
        assert len(body.split()) > 12


def test_help_may_stand_before_the_command_too():
    def shown(*words: str) -> str:
        argv = [sys.executable, "-m", "ktx_runtime", *words]
        return subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout

    assert shown("help", "runtime", "prune") == shown("runtime", "prune", "--help")
