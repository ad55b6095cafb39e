"""`ktx runtime <verb>`: one module per verb, imported when it is called."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from typing import NoReturn, Protocol, cast

from ktx_runtime.cli.call import Answer, Call, show_answer, show_error

VERBS = {
    "install": "install the runtime, or add features to it",
    "status": "what is installed, and whether it is ready",
    "start": "start the daemon, which keeps what is slow to load; or find the one that runs",
    "stop": "stop the daemon",
    "doctor": "examine everything, and with --fix repair what can be repaired",
    "prune": "free what no runtime needs any longer",
    "plugins": "add, remove or list plugins that others have written",
    "features": "all features, and which of them are installed",
    "logs": "which logs there are, and the end of one",
    "path": "where the runtime lies",
    "ensure": "make features ready, for programs",
    "bundle": "collect in a directory all that an install without a network needs",
    "uninstall": "remove everything that ktx has put on this machine",
    "why": "what was decided about the daemon lately, and why",
}
"""Verb to summary. The code of `<verb>` is in `ktx_runtime.cli.verbs.<verb>`."""


class Verb(Protocol):
    """What a module in `ktx_runtime.cli.verbs` provides."""

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


def run_verb(words: Sequence[str], call: Call) -> int:
    """Run one verb and show its answer."""
    if not words or words[0] in {"--help", "-h"}:
        call.stdout.write(_overview(call))
        return 0
    name = words[0]
    as_json = "--json" in words
    if name not in VERBS:
        return _refuse_verb(name, call, as_json=as_json)
    verb = cast("Verb", importlib.import_module(f"ktx_runtime.cli.verbs.{name}"))
    parser = _Parser(
        prog=call.host.command("runtime", name), description=VERBS[name], allow_abbrev=False, add_help=True
    )
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    verb.add_arguments(parser)
    command = f"runtime {name}"
    try:
        arguments = parser.parse_args(list(words[1:]))
    except _Misused as error:
        from ktx_runtime.api.errors import UsageError  # noqa: PLC0415 - only where a call fails

        told = UsageError(str(error), hint=f"run: {call.host.command('runtime', name, '--help')}")
        return show_error(told, call, command=command, as_json=as_json)
    return show_answer(verb.run(arguments, call), call, command=command, as_json=arguments.json)


def _overview(call: Call) -> str:
    width = max(map(len, VERBS))
    lines = [f"usage: {call.host.command('runtime', '<verb>', '[options]')}", ""]
    lines += [f"  {name.ljust(width)}  {summary}" for name, summary in VERBS.items()]
    return "\n".join(lines) + "\n"


def _refuse_verb(name: str, call: Call, *, as_json: bool) -> int:
    import difflib  # noqa: PLC0415 - only where a call fails

    from ktx_runtime.api.errors import UsageError  # noqa: PLC0415

    near = difflib.get_close_matches(name, VERBS, n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"run: {call.host.command('runtime', '--help')}"
    error = UsageError(f"there is no runtime verb {name}", code="unknown-command", hint=hint, details={"near": near})
    return show_error(error, call, command="runtime", as_json=as_json)
