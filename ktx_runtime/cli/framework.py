"""The commands of the framework itself, which need no feature."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ktx_runtime.registry.reserved import FRAMEWORK_COMMANDS

if TYPE_CHECKING:
    from ktx_runtime.cli.verb_group import VerbGroup

GROUPS = ("runtime", "plugin")
"""First words that verbs follow. The code of `<word>` is in `ktx_runtime.cli.<word>`."""


def verb_group(word: str) -> VerbGroup:
    """The verbs after `word`, which is one of `GROUPS`."""
    group: VerbGroup = import_module(f"ktx_runtime.cli.{word}").GROUP
    return group


def framework_commands() -> tuple[tuple[str, str], ...]:
    """Each command with its summary, for the overview of whoever starts no Python."""
    verbs = [(f"{word} {verb}", summary) for word in GROUPS for verb, summary in verb_group(word).verbs.items()]
    return (*verbs, *((word, summary) for word, summary in FRAMEWORK_COMMANDS.items() if word not in GROUPS))
