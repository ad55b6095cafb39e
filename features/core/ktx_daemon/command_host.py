"""Runs a feature's command for whoever called: finds it, hands it the invocation, words its failure.

Nothing here, nor below, looks at this process: the same command runs in a process of its own and inside the daemon.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import cast

from ktx_daemon.capabilities import HostCapabilities, Surroundings
from ktx_daemon.crash_log import unexpected_text, write_crash_log
from ktx_daemon.exit_codes import CLOSED_PIPE, INTERRUPTED, UNEXPECTED
from ktx_daemon.hints import hinted
from ktx_daemon.operations import feature_missing, is_missing_requirement
from ktx_runtime.api import (
    Command,
    CommandHandler,
    Invocation,
    KtxError,
    PluginFailed,
    UsageError,
    failure_envelope,
    failure_text,
    near_names,
    plain_text,
    resolve_reference,
)
from ktx_runtime.registry import Catalogue

OWN_COMMANDS = {
    "complete": Command(
        name="complete", summary="what could be typed next", handler="ktx_daemon.complete:run", in_daemon=True
    ),
}
"""Commands of the host itself: asked by programs, so that no overview shows them."""


def run_command(catalogue: Catalogue, invocation: Invocation, *, logs_directory: Path) -> int:
    """Run the command that begins `invocation.arguments` and return its exit code.

    Expected failures are worded on the invocation's stderr, with `--json` also as an envelope on its stdout; an
    unexpected one leaves a log under `logs_directory`.
    """
    name = invocation.arguments[0] if invocation.arguments else ""
    try:
        command, feature = find_command(catalogue, invocation.arguments)
        name = command.name
        rest = invocation.arguments[len(name.split()) :]
        with hinted(catalogue):
            capabilities = HostCapabilities(_surroundings(invocation), catalogue=catalogue)
            return _call(command, feature, replace(invocation, arguments=rest, capabilities=capabilities))
    except KtxError as error:
        return _report(error, name, invocation)
    except BrokenPipeError:
        return CLOSED_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as leaving:
        return _exit_code(leaving, invocation)
    except Exception as error:  # noqa: BLE001 - a defect of a command must not end its host
        log = write_crash_log(error, doing=f"command: {name}", directory=logs_directory)
        invocation.stderr.write(unexpected_text(error, log))
        return UNEXPECTED


def find_command(catalogue: Catalogue, words: Sequence[str]) -> tuple[Command, str]:
    """The command that `words` begin with, the longer name first, and the feature to install for it.

    Raises `UsageError` when no command has that name.
    """
    own = OWN_COMMANDS.get(words[0]) if words else None
    if own is not None:
        return own, ""
    commands = catalogue.commands()
    for length in (2, 1):
        name = " ".join(words[:length])
        if name in commands and len(words) >= length:
            entry, command = commands[name]
            return command, entry.feature.to_install
    typed = plain_text(" ".join(words[:2]))
    near = near_names(typed, commands) or near_names(words[0] if words else "", commands)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(sorted(commands))}"
    raise UsageError(
        f"unknown command: {typed}" if typed else "no command given", hint=hint, details={"near": list(near)}
    )


def _surroundings(invocation: Invocation) -> Surroundings:
    return Surroundings(
        invocation.working_directory,
        invocation.environment,
        invocation.program,
        invocation.interruption,
        invocation.mode,
    )


def heavy_feature(catalogue: Catalogue, words: Sequence[str]) -> str | None:
    """What makes the command that `words` begin with worth a daemon, if something does and the command allows one.

    A feature that may not be installed: then the command is as light as any.
    """
    if "--help" in words or "-h" in words:
        return None
    commands = catalogue.commands()
    for count in (2, 1):
        found = commands.get(" ".join(words[:count]))
        if found is not None:
            entry, command = found
            verb = next(iter(words[count:]), "")
            feature = entry.feature.name if entry.feature.heavy else command.heavy_with.get(verb)
            return feature if command.in_daemon else None
    return None


def _call(command: Command, feature: str, invocation: Invocation) -> int:
    try:
        handler = resolve_reference(command.handler)
        if not callable(handler):
            raise AttributeError(f"{command.handler} cannot be called")
    except ModuleNotFoundError as error:
        if is_missing_requirement(error):
            raise feature_missing(f"ktx {command.name}", feature, error, program=invocation.program) from error
        raise _broken(command, feature, error) from error
    except (ImportError, AttributeError) as error:
        raise _broken(command, feature, error) from error
    try:
        return cast("CommandHandler", handler)(invocation)
    except ModuleNotFoundError as error:
        if is_missing_requirement(error):
            raise feature_missing(f"ktx {command.name}", feature, error, program=invocation.program) from error
        raise


def _broken(command: Command, feature: str, error: Exception) -> PluginFailed:
    return PluginFailed(f"command {command.name} of feature {feature} cannot be loaded: {error}", code="command-broken")


def _report(error: KtxError, name: str, invocation: Invocation) -> int:
    if _wants_json(invocation.arguments):
        invocation.stdout.write(failure_envelope(error.command or name, error))
    invocation.stderr.write(failure_text(error))
    return error.exit_code


def _exit_code(leaving: SystemExit, invocation: Invocation) -> int:
    """What a process would end with (`sys.exit`): its host, which may be a daemon, goes on."""
    if isinstance(leaving.code, int):
        return leaving.code & 0xFF
    if leaving.code is None:
        return 0
    invocation.stderr.write(f"{leaving.code}\n")
    return 1


def _wants_json(words: Sequence[str]) -> bool:
    """Whether the words ask for JSON. They may be wrong words, so no parser has read them."""
    options = words[: words.index("--")] if "--" in words else words
    return bool({"--json", "--format=json"} & set(options)) or ("--format", "json") in pairwise(options)
