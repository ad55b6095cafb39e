"""The worker's process: words in, exit code out. The only module that ends the process."""

import os
import sys
from pathlib import Path
from typing import NoReturn

from ktx_daemon.exit_codes import CLOSED_PIPE, INTERRUPTED, UNEXPECTED
from ktx_runtime.api import KtxError, UsageError
from ktx_runtime.ending import leave
from ktx_runtime.short_life import expect_a_short_life

SERVE = "serve-http"
LINGER_SECONDS = 3.0
"""How long a daemon that has answered everybody waits for code that was interrupted, and may have to clear up."""

USAGE = """\
usage: ktx-daemon <operation>         one JSON object on stdin, one JSON object on stdout
       ktx-daemon run <command> …     run a command of an installed feature
       ktx-daemon serve-http [--host 127.0.0.1] [--port 8765] [--log-level info]
                                      answer operations over HTTP; --port 0 takes a free port and prints it
       ktx-daemon --version [--json]  the wheel's version; with --json also Python, features and build
"""


def main() -> NoReturn:
    """Run what this process was called with, and end it."""
    # Plugins of pydantic's are foreign code around every request, found by reading every distribution's metadata.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    code = _outcome(sys.argv[1:])
    if code == CLOSED_PIPE:
        _forget_stdout()
    leave(code, patience_seconds=LINGER_SECONDS if sys.argv[1:2] == [SERVE] else None)


def _outcome(words: list[str]) -> int:
    try:
        code = _run(words)
        sys.stdout.flush()
    except KtxError as error:
        from ktx_runtime.api import failure_text  # noqa: PLC0415 - an answer needs no words for failures

        sys.stderr.write(failure_text(error))
        code = error.exit_code
    except BrokenPipeError:
        code = CLOSED_PIPE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the end of the line: a log instead of a traceback
        code = _report_unexpected(error, words)
    return code


def _run(words: list[str]) -> int:
    if not words:
        raise UsageError("no operation given", hint="run: ktx-daemon --help")
    first, rest = words[0], words[1:]
    if first in {"-h", "--help"}:
        sys.stdout.write(USAGE)
        return 0
    if first == "--version":
        return _print_version(rest)
    if first == SERVE:
        from ktx_daemon.http.command import serve_http  # noqa: PLC0415 - a server that one-shot calls do not need

        return serve_http(rest, environment=os.environ)
    expect_a_short_life()
    return _run_command(rest) if first == "run" else _run_operation(first, rest)


def _run_command(words: list[str]) -> int:
    from ktx_daemon.command_host import heavy_feature, run_command  # noqa: PLC0415 - operations do without it
    from ktx_daemon.installation import find_installation  # noqa: PLC0415
    from ktx_daemon.invocation import invocation_of_process  # noqa: PLC0415
    from ktx_runtime.registry import load_catalogue  # noqa: PLC0415

    installation = find_installation(os.environ)
    catalogue = load_catalogue(os.environ)
    invocation = invocation_of_process(words)
    heavy = heavy_feature(catalogue, words)
    if heavy is not None:
        from ktx_daemon.delegate import run_in_daemon  # noqa: PLC0415 - an HTTP client, for heavy commands only

        code = run_in_daemon(invocation, feature=heavy, installation=installation)
        if code is not None:
            return code
    return run_command(catalogue, invocation, logs_directory=installation.paths.logs_directory)


def _run_operation(name: str, rest: list[str]) -> int:
    from ktx_runtime.api import Mode, OperationContext, plain_text  # noqa: PLC0415 - commands do without them

    if name.startswith("-"):
        raise UsageError(f"unknown option: {plain_text(name)}", hint="run: ktx-daemon --help")
    if rest:
        raise UsageError(
            f"unexpected argument: {plain_text(rest[0])}", hint="an operation takes its request from stdin"
        )
    from ktx_daemon.one_shot import run_one_shot  # noqa: PLC0415 - wrong words need none of it
    from ktx_daemon.signals import ProcessInterruption  # noqa: PLC0415

    context = OperationContext(Mode.ONE_SHOT, Path.cwd(), dict(os.environ), ProcessInterruption())
    run_one_shot(name, stdin=sys.stdin.buffer, stdout=sys.stdout.buffer, context=context)
    return 0


def _print_version(rest: list[str]) -> int:
    from ktx_daemon.installation import find_installation  # noqa: PLC0415 - looks at distributions
    from ktx_daemon.version import version_record, version_text  # noqa: PLC0415
    from ktx_runtime.registry import load_catalogue  # noqa: PLC0415

    if rest not in ([], ["--json"]):
        raise UsageError("unexpected argument after --version", hint="run: ktx-daemon --version --json")
    if rest:
        sys.stdout.write(version_record(load_catalogue(os.environ), find_installation(os.environ)))
    else:
        sys.stdout.write(version_text())
    return 0


def _report_unexpected(error: Exception, words: list[str]) -> int:
    from ktx_daemon.crash_log import unexpected_text, write_crash_log  # noqa: PLC0415 - a rare end
    from ktx_daemon.installation import find_installation  # noqa: PLC0415

    directory = find_installation(os.environ).paths.logs_directory
    log = write_crash_log(error, doing=f"ktx-daemon {' '.join(words[:1])}", directory=directory)
    sys.stderr.write(unexpected_text(error, log))
    return UNEXPECTED


def _forget_stdout() -> None:
    """Whoever read stdout is gone: point it at nothing, so that Python's flush at exit does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
