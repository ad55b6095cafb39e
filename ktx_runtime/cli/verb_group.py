"""`ktx <group> <verb>`: commands of the framework itself, one module per verb, imported when it is called."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Protocol, cast

from ktx_runtime.cli.call import Answer, Call, show_answer, show_error
from ktx_runtime.cli.words import HELP_WORDS, in_order


class Verb(Protocol):
    """What the module of a verb provides."""

    ANSWERS: tuple[type, ...]
    """The dataclasses that `run` answers with."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options; `--json` is there already."""

    def run(self, arguments: argparse.Namespace, call: Call) -> Answer:
        """Do it. Raises `KtxError`."""


class _Misused(Exception):
    """The words do not fit the parser; the text says how."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Misused(message)


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """The verbs of one word after `ktx`: `verbs` maps each to its summary, its code is in `package`."""

    name: str
    verbs: Mapping[str, str]
    package: str = field(kw_only=True)

    def run(self, words: Sequence[str], call: Call) -> int:
        """Run one verb and show its answer."""
        words = in_order(words)
        if not set(words) - HELP_WORDS:
            from ktx_runtime.cli.overview import group_overview  # noqa: PLC0415 - asks for all commands

            rows = ((f"{self.name} {verb}", summary) for verb, summary in self.verbs.items())
            call.stdout.write(group_overview(call, self.name, rows))
            return 0
        name = words[0]
        as_json = "--json" in words
        if name not in self.verbs:
            return self._refuse(words, call, as_json=as_json)
        command = f"{self.name} {name}"
        try:
            # Intermixed: `plugins add -e DIR` has an option between two words, which argparse alone would refuse.
            arguments = self.parser(name, call).parse_intermixed_args(list(words[1:]))
        except _Misused as error:
            from ktx_runtime.api.errors import UsageError  # noqa: PLC0415 - only where a call fails

            told = UsageError(str(error), hint=f"run: {call.host.command(self.name, name, '--help')}")
            return show_error(told, call, command=command, as_json=as_json)
        return show_answer(self.module(name).run(arguments, call), call, command=command, as_json=arguments.json)

    def parser(self, verb: str, call: Call) -> argparse.ArgumentParser:
        """The parser of `verb`'s words."""
        program = call.host.command(self.name, verb)
        parser = _Parser(prog=program, description=self.verbs[verb], allow_abbrev=False, add_help=True)
        parser.add_argument("--json", action="store_true", help="answer as JSON")
        self.module(verb).add_arguments(parser)
        return parser

    def module(self, name: str) -> Verb:
        """The code of the verb called `name`."""
        return cast("Verb", importlib.import_module(f"{self.package}.{name}"))

    def _refuse(self, words: Sequence[str], call: Call, *, as_json: bool) -> int:
        from ktx_runtime.api.errors import UsageError  # noqa: PLC0415 - only where a call fails
        from ktx_runtime.cli.refuse import refuse  # noqa: PLC0415

        try:
            refuse((self.name, *words), {f"{self.name} {verb}" for verb in self.verbs}, call)
        except UsageError as error:
            return show_error(error, call, command=self.name, as_json=as_json)
