"""A page of the documentation, taken apart into what a reader would type and see."""

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(?P<language>\w*) ?(?P<note>[^\n]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"(?:#|--|//) (?P<name>[\w.-]+(?:/[\w.-]+)*\.\w+)\n")
_GOES_ON = re.compile(r"^<!-- goes on where (?P<page>[\w.-]+) ends -->$", re.MULTILINE)
PROMPT = "$ "
GOES_ON = "\\\n> "
"""How a command goes on in the next line."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. `line` counts from 1; `start` and `end` are where its body lies in the page's text."""

    language: str
    note: str
    body: str
    line: int
    start: int
    end: int

    @property
    def file_name(self) -> str | None:
        """The file that the first line names; None where it names none."""
        named = _NAMED.match(self.body)
        return named["name"] if named else None

    def commands(self) -> list[tuple[str, str]]:
        """The commands of a console block, each with what it prints."""
        found: list[tuple[str, list[str]]] = []
        for line in self.body.splitlines():
            if line.startswith(PROMPT):
                found.append((line.removeprefix(PROMPT), []))
            elif found and found[-1][0].endswith("\\"):
                found[-1] = (f"{found[-1][0]}\n{line}", [])
            else:
                found[-1][1].append(line)
        return [(command, "\n".join(lines).strip("\n")) for command, lines in found]


def blocks(text: str) -> list[Block]:
    """All fenced blocks of a page, in order."""
    return [
        Block(
            found["language"],
            found["note"],
            found["body"],
            text.count("\n", 0, found.start()) + 1,
            found.start("body"),
            found.end("body"),
        )
        for found in _FENCE.finditer(text)
    ]


def before(page: Path) -> list[Path]:
    """The pages that are gone through first, in the same folder."""
    found = _GOES_ON.search(page.read_text(encoding="utf-8"))
    return [*before(page.with_name(found["page"])), page.with_name(found["page"])] if found else []
