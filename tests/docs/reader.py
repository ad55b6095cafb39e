"""Someone who reads a page and does what it says, in a folder of their own."""

import io
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ktx_daemon.command_host import run_command
from ktx_runtime.api import Invocation, Terminal
from ktx_runtime.registry import Catalogue
from tests.docs.page import GOES_ON, Block, blocks


@dataclass(frozen=True, slots=True)
class Seen:
    """What a command printed and how it ended, beside what the page says."""

    line: int
    command: str
    code: int
    printed: str
    expected_code: int
    expected: str


@dataclass(frozen=True, slots=True)
class Reader:
    """`ktx` runs in this process, as the worker runs it; `python3` is this interpreter. Nothing else is known.

    A command may go on after a backslash, behind `> `, and end with `< FILE`.
    """

    directory: Path
    catalogue: Catalogue

    def follow(self, text: str) -> Iterator[tuple[Block, list[Seen]]]:
        """Write the files and run the commands, block by block."""
        for block in blocks(text):
            yield block, self._follow(block)

    def _follow(self, block: Block) -> list[Seen]:
        if block.language != "console":
            if block.file_name is None:
                raise ValueError(f"line {block.line}: a block that is neither a console nor names a file")
            file = self.directory / block.file_name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.body, encoding="utf-8")
            return []
        wanted = int(block.note.removeprefix("exit=") or 0)
        return [
            Seen(block.line, command, *self._run(command), wanted, expected) for command, expected in block.commands()
        ]

    def _run(self, command: str) -> tuple[int, str]:
        program, *words = shlex.split(command.replace(GOES_ON, " "))
        stdin = ""
        if "<" in words:
            *words, _, name = words
            stdin = (self.directory / name).read_text(encoding="utf-8")
        if program == "ktx":
            code, printed = self._ktx(words, stdin)
        elif program == "python3":
            done = subprocess.run(
                [sys.executable, *words], cwd=self.directory, capture_output=True, text=True, check=False, timeout=60
            )
            code, printed = done.returncode, done.stdout + done.stderr
        else:
            raise ValueError(f"pages use ktx and python3 only, not {program}")
        lines = printed.replace(str(self.directory), "…").splitlines()
        return code, "\n".join(line.rstrip() for line in lines).strip("\n")

    def _ktx(self, words: list[str], stdin: str) -> tuple[int, str]:
        screen = io.StringIO()
        invocation = Invocation(
            arguments=tuple(words),
            working_directory=self.directory,
            environment={},
            stdin=io.StringIO(stdin),
            stdout=screen,
            stderr=screen,
            terminal=Terminal(),
        )
        code = run_command(self.catalogue, invocation, logs_directory=self.directory / "logs")
        return code, screen.getvalue()
