"""The words of a call, looked at before anybody parses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ktx_runtime.install.request import Answers

YES = "--yes"
NO_INPUT = "--no-input"
NO_PLUGINS = "--no-plugins"
CONSENT_VARIABLE = "KTX_CONSENT"
NO_PLUGINS_VARIABLE = "KTX_RUNTIME_NO_PLUGINS"


@dataclass(frozen=True, slots=True)
class Words:
    """`command` are all words, consent options that stood first moved behind the command's name."""

    command: tuple[str, ...]
    yes: bool
    no_input: bool


def read_words(argv: Sequence[str]) -> Words:
    """Find `--yes` and `--no-input` anywhere before `--`."""
    own = argv[: argv.index("--")] if "--" in argv else argv
    leading = 0
    while leading < len(own) and own[leading] in {YES, NO_INPUT}:
        leading += 1
    rest = list(argv[leading:])
    names = next((index for index, word in enumerate(rest) if word.startswith("-")), len(rest))
    command = (*rest[:names], *argv[:leading], *rest[names:])
    return Words(command, yes=YES in own, no_input=NO_INPUT in own)


def with_help_behind(words: tuple[str, ...]) -> tuple[str, ...]:
    """`help sl query` is `sl query --help`."""
    return (*words[1:], "--help") if words[:1] == ("help",) and len(words) > 1 else words


def take_no_plugins(argv: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The words without `--no-plugins`, which may stand anywhere before `--`, and whether it stood there."""
    end = argv.index("--") if "--" in argv else len(argv)
    kept = tuple(word for word in argv[:end] if word != NO_PLUGINS)
    return (*kept, *argv[end:]), len(kept) < end


def answers(*, yes: bool, no_input: bool, interactive: bool, environment: Mapping[str, str]) -> Answers:
    """What the user has said, from options and environment."""
    granted = environment.get(CONSENT_VARIABLE) == "granted"
    return Answers(yes=yes, no_input=no_input, terminal=interactive, runtime_granted=granted)
