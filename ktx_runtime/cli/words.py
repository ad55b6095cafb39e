"""The words of a call, looked at before anybody parses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ktx_runtime.install.request import Answers

YES = "--yes"
NO_INPUT = "--no-input"
JSON = "--json"
NO_PLUGINS = "--no-plugins"
HELP_WORDS = frozenset({"--help", "-h", "help"})
VERSION_WORDS = frozenset({"--version", "-V"})
EVERYWHERE = frozenset({YES, NO_INPUT, JSON, *HELP_WORDS, *VERSION_WORDS})
"""What may stand before the command, too: none of it takes a value."""
CONSENT_VARIABLE = "KTX_CONSENT"
NO_PLUGINS_VARIABLE = "KTX_RUNTIME_NO_PLUGINS"


@dataclass(frozen=True, slots=True)
class Words:
    """`command` are all words, the command's name first."""

    command: tuple[str, ...]
    yes: bool
    no_input: bool


def in_order(typed: Sequence[str]) -> tuple[str, ...]:
    """The words with the command's name first: what stood before it stands behind it.

    `--yes sl list` is `sl list --yes`, and `help sl query` is `sl query --help`. A `--` before the command, as runners
    of packages pass it on, separates nothing.
    """
    words = tuple(typed)[1:] if typed and typed[0] == "--" else tuple(typed)
    start = next((index for index, word in enumerate(words) if word not in EVERYWHERE), len(words))
    rest = words[start:]
    named = next((index for index, word in enumerate(rest) if word.startswith("-")), len(rest))
    before = ["--help" if word in HELP_WORDS else word for word in words[:start]]
    return (*rest[:named], *before, *rest[named:])


def read_words(argv: Sequence[str]) -> Words:
    """Find `--yes` and `--no-input` anywhere before `--`, in words that are `in_order`."""
    own = argv[: argv.index("--")] if "--" in argv else argv
    return Words(tuple(argv), yes=YES in own, no_input=NO_INPUT in own)


def take_no_plugins(argv: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The words without `--no-plugins`, which may stand anywhere before `--`, and whether it stood there."""
    end = argv.index("--") if "--" in argv else len(argv)
    kept = tuple(word for word in argv[:end] if word != NO_PLUGINS)
    return (*kept, *argv[end:]), len(kept) < end


def answers(*, yes: bool, no_input: bool, interactive: bool, environment: Mapping[str, str]) -> Answers:
    """What the user has said, from options and environment."""
    granted = environment.get(CONSENT_VARIABLE) == "granted"
    return Answers(yes=yes, no_input=no_input, terminal=interactive, runtime_granted=granted)
