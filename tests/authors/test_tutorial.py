"""The tutorial for authors: whoever does what it says, from the first line, sees what it shows."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.authors.conftest import CHECKOUT, UV, Machine, clean_environment
from tests.docs.page import Block, blocks

pytestmark = pytest.mark.runtime

PAGE = CHECKOUT / "docs" / "tutorials" / "write-a-plugin.md"
EXIT_CODE = re.compile(r"^\[exit code (\d+)\]$", re.MULTILINE)


def test_every_step_of_the_tutorial_works(
    machine: Machine, make_author: Callable[[Path], Path], tmp_path: Path
) -> None:
    python = make_author(tmp_path / "author")
    programs = tmp_path / "bin"
    programs.mkdir()
    _program(programs / "ktx", f'exec "{python}" -I -m ktx_runtime "$@"')
    # What the page says before it: an environment with the plugin and ktx.
    install = f'"{UV}" pip install -q --no-build-isolation --python "{python}" -e "hello[boxes]"'
    _program(programs / "pytest", f'{install} && exec "{python}" -m pytest -p no:cacheprovider "$@"')
    variables = machine.environment() | {
        "PATH": f"{programs}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "COLUMNS": "80",
        "KTX_COMPLETION_SECONDS": "100",
    }
    steps = 0
    for block in blocks(PAGE.read_text(encoding="utf-8")):
        if block.language == "console":
            for command, expected in block.commands():
                assert _printed(command, machine.work, variables) == _plain(expected), (
                    f"{PAGE.name}:{block.line}: {command}"
                )
                steps += 1
        else:
            _write(block, machine.work)
    assert steps >= 15


def _program(file: Path, code: str) -> None:
    file.write_text(f"#!/bin/sh\n{code}\n")
    file.chmod(0o755)


def _printed(command: str, directory: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", command], cwd=directory, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
    )  # fmt: skip
    told = done.stdout if done.returncode == 0 else f"{done.stdout}[exit code {done.returncode}]"
    return _plain(told)


def _plain(text: str) -> str:
    """Without what differs from machine to machine: times, and how far columns are apart."""
    timed = re.sub(r"passed in [\d.:()s ]+", "passed", text.strip())
    return "\n".join(re.sub(r"(?<=\S) {2,}", "  ", line.rstrip()) for line in timed.splitlines())


def _write(block: Block, directory: Path) -> None:
    """A file that is shown whole, or a change of one; anything else has to be Python at least."""
    if block.language == "diff":
        head, *lines = block.body.splitlines()
        file = directory / head.removeprefix("--- ")
        before = "".join(f"{line[1:]}\n" for line in lines if line[0] in " -")
        after = "".join(f"{line[1:]}\n" for line in lines if line[0] in " +")
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{PAGE.name}:{block.line}: {before}"
        file.write_text(text.replace(before, after), encoding="utf-8")
    elif block.file_name is not None:
        (directory / block.file_name).write_text(block.body.split("\n", 1)[1], encoding="utf-8")
    else:
        compile(block.body, block.language, "exec")


def test_the_fixtures_never_see_another_runtime() -> None:
    assert not [name for name in clean_environment() if name.startswith("KTX_")]
