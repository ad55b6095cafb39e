"""Candidates, and how they travel to a shell: one a line, a tab, a description."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ktx_runtime.api.safe_text import plain_text

_CONSENT = ("--yes", "--no-input")
_MOST = 2000
"""More than this no shell shows in a way that helps."""


class Places(StrEnum):
    """What only the shell can complete."""

    FILES = "files"
    DIRECTORIES = "directories"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A whole word, and what it means."""

    value: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Words that could stand where the cursor is; or `places`, which the shell knows."""

    words: tuple[Candidate, ...] = ()
    places: Places | None = None

    def beginning_with(self, prefix: str) -> Candidates:
        """Those that `prefix` can become."""
        return Candidates(tuple(word for word in self.words if word.value.startswith(prefix)), self.places)

    def lines(self) -> str:
        """As the shells' scripts read them. A line that begins with a tab names places."""
        told = [_line(word) for word in self.words[:_MOST] if _fits(word.value)]
        return "".join([*told, f"\t{self.places.value}\n" if self.places else ""])


def candidates(words: Iterable[str | Candidate]) -> Candidates:
    """Candidates of `words`."""
    return Candidates(tuple(Candidate(word) if isinstance(word, str) else word for word in words))


def _fits(value: str) -> bool:
    """Whether a shell could be told: one line, no control characters, and not what an escape sequence is hidden in."""
    return bool(value) and value.isprintable()


def _line(word: Candidate) -> str:
    description = " ".join(plain_text(word.description).split())
    return f"{word.value}\t{description}\n" if description else f"{word.value}\n"


def typed(arguments: Sequence[str]) -> tuple[Sequence[str], str]:
    """What stands behind `ktx complete`: the words of a line, or `--line` and the line. The words, and the one begun.

    Consent may stand before a command; it is none of its words.
    """
    if arguments[:1] in (["--line"], ("--line",)):
        words, current = split_line(arguments[1] if len(arguments) > 1 else "")
    else:
        given = arguments[1:] if arguments[:1] in (["--"], ("--",)) else arguments
        words, current = given[:-1], given[-1] if given else ""
    while words and words[0] in _CONSENT:
        words = words[1:]
    return words, current


def split_line(line: str) -> tuple[Sequence[str], str]:
    """The words of a command line as far as it is typed, the program's name left out, and the one that is begun.

    Quotes and backslashes are taken as a POSIX shell does; one that is not closed yet ends with the line.
    """
    words: list[str] = []
    word: list[str] = []
    begun, quote, escaped = False, "", False
    for mark in line:
        if escaped:
            word.append(mark)
            escaped = False
        elif mark == "\\" and quote != "'":
            escaped = begun = True
        elif quote:
            if mark == quote:
                quote = ""
            else:
                word.append(mark)
        elif mark in {"'", '"'}:
            quote, begun = mark, True
        elif mark.isspace():
            if begun:
                words.append("".join(word))
            word, begun = [], False
        else:
            word.append(mark)
            begun = True
    return words[1:], "".join(word)
