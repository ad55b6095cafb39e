"""A page's commands in one shell on an empty machine, with the packed npm package: for pages that do more than ask.

What a page shows is compared line by line. `…` on a line of its own stands for any lines, inside a line for any text;
`[exit N]` at the end says how the command ended, where not with 0. A command that shows nothing may print anything.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.docs.page import Block, blocks
from tests.npm.package import NODE, UV, Launcher
from tests.support.processes import killed_after

ANYTHING = "…"
_EXIT = re.compile(r"\n?\[exit (\d+)\]\Z")
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a command printed, and what the page says."""

    line: int
    command: str
    expected: str
    printed: str

    def __str__(self) -> str:
        return f"line {self.line}: $ {self.command}\n--- the page says\n{self.expected}\n--- it prints\n{self.printed}"


def mismatches(text: str, shell: Shell) -> list[Mismatch]:
    """Follow a page: write the files that it names, run its commands."""
    found = []
    for block in blocks(text):
        if block.language == "console":
            found += [wrong for command, shown in block.commands() if (wrong := _run(block, command, shown, shell))]
        elif block.file_name is not None:
            file = shell.directory() / block.file_name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.body, encoding="utf-8")
    return found


def _run(block: Block, command: str, shown: str, shell: Shell) -> Mismatch | None:
    printed, code = shell.run(command)
    wanted = _EXIT.search(shown)
    expected = shown[: wanted.start()] if wanted else shown
    as_said = code == (int(wanted[1]) if wanted else 0) and (not expected or _fits(expected, printed))
    return None if as_said else Mismatch(block.line, command, shown, f"{printed}\n[exit {code}]")


def _fits(expected: str, printed: str) -> bool:
    pattern = "".join(
        "(?:.*\n)*?" if line == ANYTHING else ".*".join(map(re.escape, line.split(ANYTHING))) + "\n"
        for line in expected.splitlines()
    )
    shown = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    return re.fullmatch(pattern, shown) is not None


class Shell:
    """bash, where `cd` and `export` last; ends with the page."""

    def __init__(self, machine: Launcher) -> None:
        self._process = subprocess.Popen(
            ["/bin/bash", "--noprofile", "--norc"],
            env=machine.environment(),
            cwd=machine.work,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ignored: object) -> None:
        with killed_after(self._process):
            self._process.communicate(timeout=_SECONDS)

    def directory(self) -> Path:
        """Where the shell is."""
        return Path(self.run("pwd -P")[0].strip())

    def run(self, command: str) -> tuple[str, int]:
        """What the command prints, on either stream, and its exit code."""
        mark = uuid.uuid4().hex
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"eval {shlex.quote(command)} </dev/null 2>&1; printf '\\n{mark} %d\\n' $?\n")
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.startswith(mark):
                return "".join(lines).rstrip("\n"), int(line.split()[1])
            lines.append(line)
        raise AssertionError(f"the shell ended: {command}")


def shims(directory: Path, *, tarball: Path, package: Path) -> Path:
    """Commands as a reader has them who installed ktx from its registry: here it is installed from the tarball."""
    directory.mkdir(parents=True)
    npm = f'exec "{NODE.parent}/npm" "${{@/@kaelio\\/ktx/{tarball}}}"'
    npx = f"""if [ "$1" = @kaelio/ktx ]; then shift; set -- --yes --package "{tarball}" ktx "$@"; fi
exec "{NODE.parent}/npx" --offline "$@\""""
    programs = {
        "ktx": f'exec "{NODE}" "{package}/dist/bin.js" "$@"',
        "node": f'exec "{NODE}" "$@"',
        "npm": npm,
        "npx": npx,
        "uvx": f'exec "{UV}" tool run --quiet "$@"',
    }
    for name, body in programs.items():
        (directory / name).write_text(f"#!/bin/bash\n{body}\n")
        (directory / name).chmod(0o755)
    return directory
