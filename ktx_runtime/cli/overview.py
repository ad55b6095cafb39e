"""`ktx --help`: every command there is, installed or not, as the launcher shows it before there is a Python to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ktx_runtime.cli.call import Answer, Call, show_answer
from ktx_runtime.cli.commands import declared_catalogues
from ktx_runtime.cli.framework import framework_commands
from ktx_runtime.state.readiness import assess

if TYPE_CHECKING:
    from ktx_runtime.api import Command

OPTIONS = (
    ("--help", "this text; after a command, that command's"),
    ("--version", "the version of ktx"),
    ("--json", "answer as JSON"),
    ("--yes", "install what the command needs, without asking"),
    ("--no-input", "never ask; end with exit code 4 where an answer is needed"),
)


@dataclass(frozen=True, slots=True)
class ShownCommand:
    """A command, what it does, and the feature that brings it; null for one of the framework's own."""

    name: str
    summary: str
    feature: str | None


@dataclass(frozen=True, slots=True)
class CommandOverview:
    """All commands of a version of ktx, with those of installed plugins."""

    version: str
    commands: tuple[ShownCommand, ...]


@dataclass(frozen=True, slots=True)
class CommandVersion:
    """The version of ktx."""

    version: str


def show_overview(call: Call, *, as_json: bool) -> int:
    """Print all commands, by the feature that each comes with."""
    sections = tuple(_sections(call))
    commands = tuple(command for _, commands in sections for command in commands)
    answer = Answer(CommandOverview(call.host.paths.cli_version, commands), _text(sections, call))
    return show_answer(answer, call, command="help", as_json=as_json)


def show_version(call: Call, *, as_json: bool) -> int:
    """Print the version alone."""
    version = call.host.paths.cli_version
    return show_answer(Answer(CommandVersion(version), f"ktx {version}"), call, command="version", as_json=as_json)


def group_overview(call: Call, name: str, rows: Iterable[tuple[str, str]]) -> str:
    """What can stand behind `name`, with what each does."""
    usage = call.host.command(name)
    return f"usage: {usage} <verb> [options]\n\n{_table(rows)}\n`{usage} <verb> --help` tells more.\n"


def _sections(call: Call) -> Iterator[tuple[str, tuple[ShownCommand, ...]]]:
    manifest = assess(call.host.paths, wheel_sha256=None).manifest
    seen = set()
    for catalogue in declared_catalogues(call, manifest):
        for feature in (entry.feature for entry in catalogue.features if entry.feature.name not in seen):
            seen.add(feature.name)
            if feature.commands:
                rows = (row for command in feature.commands for row in _rows(command))
                commands = tuple(ShownCommand(name, summary, feature.name) for name, summary in rows)
                yield f"{feature.name}: {feature.summary}", commands
    yield "the runtime", tuple(ShownCommand(name, summary, None) for name, summary in framework_commands())


def _rows(command: Command) -> Iterator[tuple[str, str]]:
    yield command.name, command.summary
    for verb, summary in command.verbs.items():
        yield f"{command.name} {verb}", summary


def _text(sections: Iterable[tuple[str, tuple[ShownCommand, ...]]], call: Call) -> str:
    told = [(title, [(one.name, one.summary) for one in commands]) for title, commands in sections]
    blocks = [f"{title}\n{_table(rows)}" for title, rows in (*told, ("options", OPTIONS))]
    head = f"ktx {call.host.paths.cli_version}: measures by dimensions from your own database"
    return "\n".join([f"{head}\n\nusage: {call.host.command('<command>')} [arguments]\n", *blocks])


def _table(rows: Iterable[tuple[str, str]]) -> str:
    rows = tuple(rows)
    width = max(len(name) for name, _ in rows)
    return "".join(f"  {name.ljust(width)}  {summary}\n" for name, summary in rows)
