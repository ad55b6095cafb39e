"""Words that name no command: what is said of them, and the command line that was meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NoReturn

from ktx_runtime.api.errors import UsageError
from ktx_runtime.api.near import near_names
from ktx_runtime.api.safe_text import plain_text
from ktx_runtime.cli.call import Call
from ktx_runtime.cli.words import EVERYWHERE

_OUR_NAME = re.compile(r"ktx|npx|uvx|@kaelio/ktx(@.*)?")
_FLAGS = frozenset(word for word in EVERYWHERE if word.startswith("-"))


def refuse(words: Sequence[str], known: Collection[str], call: Call) -> NoReturn:
    """Raise what is to be said of `words`; `known` are the names of all commands, of one word or two."""
    ordered = _name_first(words, known)
    if ordered is not None:
        option = next(word for word in words if word.startswith("-"))
        raise UsageError(
            f"{plain_text(option)} stands before the command's name", hint=f"run: {call.host.command(*ordered)}"
        )
    if words[0].startswith("-"):
        _refuse_option(words[0], call)
    if set(words[1:]) <= _FLAGS and any(name.startswith(f"{words[0]} ") for name in known):
        raise UsageError(f"no verb after {words[0]}", hint=f"run: {call.host.command(words[0], '--help')}")
    readings = (_apart(words), _without_our_name(words), _in_small_letters(words))
    meant = next((reading for reading in readings if _length_of_name(reading, known)), None)
    lines = [meant] if meant else [tuple(name.split()) for name in _near(words, known)]
    raise UsageError(
        f"there is no command {_said(words, known)}",
        code="unknown-command",
        hint=_question(lines, call),
        details={"near": [" ".join(line) for line in lines]},
    )


def _length_of_name(words: Sequence[str], known: Collection[str]) -> int:
    """How many of the first `words` are the name of a command; two outweigh one, and none is 0."""
    if not words or " " in words[0]:
        return 0
    return next((length for length in (2, 1) if len(words) >= length and " ".join(words[:length]) in known), 0)


def _name_first(words: Sequence[str], known: Collection[str]) -> tuple[str, ...] | None:
    """`--project-dir . sl list` as `sl list --project-dir .`; None where there is nothing to put in order."""
    for start, word in enumerate(words):
        length = 0 if word.startswith("-") else _length_of_name(words[start:], known)
        before = words[:start]
        if length and any(option.startswith("-") for option in before):
            end = start + length
            while end < len(words) and not words[end].startswith("-"):
                end += 1
            return (*words[start:end], *before, *words[end:])
    options = [word for word in words if word in _FLAGS]
    rest = tuple(word for word in words if word not in _FLAGS)
    return (*rest, *options) if options and _length_of_name(rest, known) == len(rest) > 1 else None


def _refuse_option(option: str, call: Call) -> NoReturn:
    bare = option.lstrip("-").partition("=")[0]
    names = sorted(name.lstrip("-") for name in _FLAGS if name.startswith("--"))
    near = near_names(bare, names) or tuple(name for name in names if bare and name.startswith(bare.lower()))
    raise UsageError(
        f"there is no option {plain_text(option)} before a command",
        hint=_question([(f"--{name}",) for name in near], call),
        details={"near": [f"--{name}" for name in near]},
    )


def _apart(words: Sequence[str]) -> tuple[str, ...]:
    """The words of `ktx "sl list"`, where one argument should have been two."""
    return (*(part for word in words[:2] for part in word.split()), *words[2:])


def _without_our_name(words: Sequence[str]) -> tuple[str, ...]:
    """The words of `ktx npx ktx sl list`, as they are copied from a page."""
    start = next((index for index, word in enumerate(words) if not _OUR_NAME.fullmatch(word)), 0)
    return tuple(words[start:])


def _in_small_letters(words: Sequence[str]) -> tuple[str, ...]:
    return (*(word.lower() for word in words[:2]), *words[2:])


def _near(words: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """An option that was written as a command; names with that second word; names like what was said."""
    groups = {name.partition(" ")[0] for name in known}
    two = [word for word in words[:2] if not word.startswith("-")]
    if two[0] in groups and len(two) > 1:
        verbs = {verb: name for name in known for word, _, verb in [name.partition(" ")] if verb and word == two[0]}
        return tuple(verbs[verb] for verb in near_names(two[1], verbs))
    first = plain_text(two[0]).casefold()
    if f"--{first}" in _FLAGS:
        return (f"--{first}",)
    seconds = tuple(sorted(name for name in known if first and name.partition(" ")[2] == first))
    return seconds or near_names(" ".join(two), known) or near_names(first, {*known, *groups})


def _said(words: Sequence[str], known: Iterable[str]) -> str:
    groups = {name.partition(" ")[0] for name in known}
    first, second = words[0], next((word for word in words[1:2] if not word.startswith("-")), "")
    said = f"{first} {second}" if first in groups and second else first
    return plain_text(said if said.split() and first == "".join(first.split()) else f'"{said}"')


def _question(lines: Sequence[Sequence[str]], call: Call) -> str:
    if not lines:
        return f"run: {call.host.command('--help')}"
    return f"did you mean {' or '.join(call.host.command(*line) for line in lines)}?"
