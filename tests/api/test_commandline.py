"""Parsing for an invocation: nothing of this process is read, printed to or ended."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ktx_runtime.api import CommandParser, Invocation, Terminal, UsageError, near_names


def _invocation(*words: str, width: int = 80) -> Invocation:
    return Invocation(
        arguments=words,
        working_directory=Path("/nowhere"),
        environment={},
        stdin=io.StringIO(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        terminal=Terminal(width=width),
        program="npx @kaelio/ktx",
    )


def _parser(invocation: Invocation) -> CommandParser:
    parser = CommandParser(
        invocation,
        "paint",
        summary="paint a wall",
        description="Paints.\n\nTwice if it must.",
        examples=[("paint north --color red", "The north wall, red:")],
    )
    parser.add_argument("wall")
    parser.add_argument("--color", choices=("red", "blue"))
    parser.add_argument("--coats", type=int, default=1)
    parser.add_argument("--filter", action="append")
    parser.set_defaults(run=lambda _, options: 10 * options.coats)
    return parser


def test_dispatch_runs_what_the_parser_names():
    assert _parser(_invocation("north", "--coats", "2")).dispatch() == 20


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "missing argument: wall"),
        (["north", "--colour", "red"], "unknown option: --colour"),
        (["north", "--col", "red"], "unknown option: --col"),
        (["north", "south"], "unexpected argument: south"),
        (["north", "--color", "green"], "--color: invalid choice: 'green' (choose from 'red', 'blue')"),
        (["north", "--coats", "many"], "--coats: invalid int value: 'many'"),
        (["north", "--coats"], "--coats: expected one argument"),
    ],
)
def test_wrong_words_raise(words, message, capsys):
    invocation = _invocation(*words)
    with pytest.raises(UsageError) as refused:
        _parser(invocation).dispatch()
    assert refused.value.message == message
    assert "run: npx @kaelio/ktx paint --help" in (refused.value.hint or "")
    assert capsys.readouterr() == ("", "")


def test_help_is_written_to_the_invocation_in_the_terminals_width(capsys):
    invocation = _invocation("--help", width=50)
    assert _parser(invocation).dispatch() == 0
    text = invocation.stdout.getvalue()
    assert text.startswith("usage: npx @kaelio/ktx paint ")
    assert "Paint a wall." in text
    assert "    $ npx @kaelio/ktx paint north --color red" in text
    assert max(map(len, text.splitlines())) <= 50
    assert capsys.readouterr() == ("", "")


def test_help_wins_over_missing_arguments_but_not_behind_two_dashes():
    assert _parser(_invocation("--coats", "x", "-h")).dispatch() == 0
    with pytest.raises(UsageError):
        _parser(_invocation("--coats", "x", "--", "-h")).dispatch()


def test_near_names_ignore_case_and_keep_the_original_spelling():
    assert near_names("revenu", ["Revenue", "orders"]) == ("Revenue",)
