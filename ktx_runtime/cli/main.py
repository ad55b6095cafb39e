"""`ktx`: from the words of a call to an exit code. Imports what a call needs, and no more."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.framework import GROUPS, verb_group
from ktx_runtime.cli.words import EVERYWHERE, JSON, NO_PLUGINS_VARIABLE, VERSION_WORDS, in_order, take_no_plugins
from ktx_runtime.install.host import this_host
from ktx_runtime.streams import prepare_streams
from ktx_runtime.version import VERSION

CLI_VERSION_VARIABLE = "KTX_CLI_VERSION"
INTERRUPTED = 130
UNEXPECTED = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run `ktx` with `argv` (default: this process's) and return the exit code."""
    words, without_plugins = take_no_plugins(sys.argv[1:] if argv is None else argv)
    words = in_order(words)
    environment = dict(os.environ) | ({NO_PLUGINS_VARIABLE: "all"} if without_plugins else {})
    _heed_signals()
    prepare_streams()
    try:
        host = this_host(environment, cli_version=environment.get(CLI_VERSION_VARIABLE) or VERSION)
    except Exception as error:  # noqa: BLE001 - there is no place for a log yet
        sys.stderr.write(_without_host(error))
        return getattr(error, "exit_code", UNEXPECTED)
    call = Call(host, sys.stdin, sys.stdout, sys.stderr)
    try:
        code = _run(words, call)
        lost = lost_output()
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):
            # The terminal may have vanished: then that is what interrupted us.
            call.stderr.write("\nktx: interrupted; nothing was changed that was ready before\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last place to tell of it
        lost = lost_output()
        code = UNEXPECTED if lost else _explain(error, words, call)
    return code if lost is None else _tell_of_lost_output(lost)


def lost_output() -> OSError | None:
    """Flush stdout; if that cannot be done, the reason. What is left of the output is then given up."""
    try:
        sys.stdout.flush()
    except OSError as error:
        # It would be tried again, and told in Python's words, when this process ends.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - for the rest of the process
        return error
    return None


def _tell_of_lost_output(error: OSError) -> int:
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has enough of it.
        return 0
    sys.stderr.write(f"error: the output cannot be written: {error.strerror}\nhint: free some space, then try again\n")
    return 1


def _heed_signals() -> None:
    """Being asked to end is like ^C: what was begun is cleaned up. What is ignored already stays so."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _without_host(error: Exception) -> str:
    from ktx_runtime.api import KtxError, failure_text  # noqa: PLC0415 - only where something failed

    if isinstance(error, KtxError):
        return failure_text(error)
    return f"error: this machine cannot be made out: {type(error).__name__}: {error}\n"


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _run(words: Sequence[str], call: Call) -> int:
    if all(word in EVERYWHERE for word in words):
        from ktx_runtime.cli.overview import show_overview, show_version  # noqa: PLC0415 - asks for all commands

        show = show_version if VERSION_WORDS.intersection(words) else show_overview
        return show(call, as_json=JSON in words)
    if words[0] == "complete":
        from ktx_runtime.cli.complete import complete  # noqa: PLC0415 - at the press of a key only

        # Every word as it was typed: consent options among them are to be completed, not obeyed.
        return complete(words[1:], call)
    if words[0] == "completion":
        from ktx_runtime.cli.completion import show_completion  # noqa: PLC0415

        return show_completion(words[1:], call)
    if words[0] in GROUPS:
        return verb_group(words[0]).run(words[1:], call)
    from ktx_runtime.cli.dispatch import run_command  # noqa: PLC0415 - only where a feature is called

    return run_command(words, call)


def _explain(error: Exception, words: Sequence[str], call: Call) -> int:
    from ktx_runtime.api.errors import KtxError  # noqa: PLC0415 - 100 ms, only where something failed

    as_json = "--json" in words
    if isinstance(error, KtxError):
        from ktx_runtime.cli.call import show_error  # noqa: PLC0415
        from ktx_runtime.cli.hints import hint_of_plugins  # noqa: PLC0415

        error.hint = error.hint or hint_of_plugins(error, call)
        return show_error(error, call, command=" ".join(words[:2]), as_json=as_json)
    if isinstance(error, ImportError) and "failed to map segment" in str(error):
        # Before the root was looked at: our own libraries lie there, too.
        from ktx_runtime.cli.call import show_error  # noqa: PLC0415
        from ktx_runtime.install.root import root_forbids_programs  # noqa: PLC0415

        forbidden = root_forbids_programs(call.host.paths.root)
        return show_error(forbidden, call, command=" ".join(words[:2]), as_json=as_json)
    from ktx_runtime.cli.unexpected import show_unexpected  # noqa: PLC0415

    show_unexpected(error, call, words=words, as_json=as_json)
    return UNEXPECTED
