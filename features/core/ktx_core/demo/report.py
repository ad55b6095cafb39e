"""What the command prints: the answers as text for people, or as data."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from ktx_core.demo.answers import Answered, Survey
from ktx_core.demo.command_line import command_line
from ktx_core.demo.questions import SUGGESTIONS
from ktx_core.demo.setup import Setup
from ktx_core.rendering import render_table
from ktx_runtime.api import Terminal

_INDENT = "   "
_WIDEST_PROSE = 100
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def report_text(setup: Setup, found: Survey, *, shown_directory: str, terminal: Terminal, program: str) -> str:
    """The whole answer for people. Prose is wrapped to the terminal; commands are not, so that they can be copied."""
    return "".join(f"{line}\n" for line in _lines(setup, found, shown_directory, terminal, program))


def report_data(setup: Setup, found: Survey, *, directory: Path, program: str) -> dict[str, object]:
    """The whole answer as JSON-ready data."""
    return {
        "directory": str(directory),
        "written": list(setup.written),
        "replaced": list(setup.replaced),
        "tables": found.tables,
        "rows": found.rows,
        "firstDay": found.first_day,
        "lastDay": found.last_day,
        "sources": found.sources,
        "measures": found.measures,
        "questions": [_answer_data(answer, program) for answer in found.answers],
        "next": [{"command": [*program.split(), *it.words()], "shows": it.shows} for it in SUGGESTIONS],
    }


def _answer_data(answer: Answered, program: str) -> dict[str, object]:
    return {
        "question": answer.question.text,
        "shows": answer.question.shows,
        "pitfall": answer.pitfall,
        "command": [*program.split(), *answer.question.words()],
        "query": answer.question.query(),
        "sql": answer.sql,
        "headers": list(answer.headers),
        "rows": [list(row) for row in answer.rows],
        "notices": list(answer.notices),
    }


def _lines(setup: Setup, found: Survey, directory: str, terminal: Terminal, program: str) -> Iterator[str]:
    yield _bold("Squall & Daughters, outfitters for bad weather", terminal)
    yield _what_happened(setup, directory)
    yield (
        f"{found.rows:,} rows in {found.tables} tables, {found.first_day} to {found.last_day}; "
        f"{found.measures} measures over {found.sources} sources."
    )
    yield ""
    yield "Five questions that a hand-written join gets wrong, and their answers just now. To ask them yourself:"
    if directory != ".":
        yield f"{_INDENT}{command_line(('cd', directory))}"
    for number, answer in zip(count(1), found.answers, strict=False):
        yield ""
        yield _bold(f"{number}. {answer.question.text}", terminal)
        yield from _prose(f"{answer.question.shows.capitalize()}. {answer.pitfall}", terminal)
        yield f"{_INDENT}{command_line((*program.split(), *answer.question.words()))}"
        yield ""
        yield from _table(answer.headers, answer.rows, terminal)
        for notice in answer.notices:
            yield from _prose(f"note: {notice}", terminal)
    yield ""
    yield _bold("Next", terminal)
    for suggestion in SUGGESTIONS:
        yield f"{_INDENT}{command_line((*program.split(), *suggestion.words()))}"
        yield f"{_INDENT}{_INDENT}{suggestion.shows}"


def _what_happened(setup: Setup, directory: str) -> str:
    if setup.replaced:
        return f"Put the demo's own files back in {directory}: {', '.join(setup.written)}."
    if not setup.written:
        return f"The demo in {directory} is there already, and unchanged."
    if setup.was_there:
        return f"Added what was missing of the demo in {directory}: {', '.join(setup.written)}."
    return f"Made a demo project in {directory}: a database, its semantic model and a README."


def _prose(text: str, terminal: Terminal) -> list[str]:
    width = min(terminal.width, _WIDEST_PROSE)
    return textwrap.wrap(text, width, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _table(headers: Sequence[str], rows: Sequence[Sequence[object]], terminal: Terminal) -> list[str]:
    width = terminal.width - len(_INDENT) if terminal.stdout_is_terminal else None
    table = render_table(headers, rows, width=width, color=terminal.color)
    return [f"{_INDENT}{line}" for line in table.text.splitlines()]


def _bold(text: str, terminal: Terminal) -> str:
    return f"{_BOLD}{text}{_PLAIN}" if terminal.color else text
