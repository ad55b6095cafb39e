"""The worker's process: words in, exit code out. The only module that ends the process."""

import os
import sys
from pathlib import Path

from ktx_daemon.command_host import CLOSED_PIPE, INTERRUPTED, UNEXPECTED, run_command
from ktx_daemon.crash_log import unexpected_text, write_crash_log
from ktx_daemon.installation import Installation, find_installation
from ktx_daemon.invocation import invocation_of_process
from ktx_runtime.api import KtxError, Mode, OperationContext, UsageError, failure_text, plain_text
from ktx_runtime.registry import load_catalogue

USAGE = """\
usage: ktx-daemon <operation>         one JSON object on stdin, one JSON object on stdout
       ktx-daemon run <command> …     run a command of an installed feature
       ktx-daemon serve-http [--host 127.0.0.1] [--port 8765] [--log-level info]
                                      answer operations over HTTP; --port 0 takes a free port and prints it
       ktx-daemon --version [--json]  the wheel's version; with --json also Python, features and build
"""


def main() -> int:
    """Run what this process was called with and return the exit code."""
    words = sys.argv[1:]
    installation = find_installation(os.environ)
    try:
        code = _run(words, installation)
        sys.stdout.flush()
    except KtxError as error:
        sys.stderr.write(failure_text(error))
        code = error.exit_code
    except BrokenPipeError:
        code = CLOSED_PIPE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the end of the line: a log instead of a traceback
        log = write_crash_log(
            error, doing=f"ktx-daemon {plain_text(words[0])}", directory=installation.paths.logs_directory
        )
        sys.stderr.write(unexpected_text(error, log))
        code = UNEXPECTED
    if code == CLOSED_PIPE:
        _forget_stdout()
    return code


def _run(words: list[str], installation: Installation) -> int:
    if not words:
        raise UsageError("no operation given", hint="run: ktx-daemon --help")
    first, rest = words[0], words[1:]
    if first in {"-h", "--help"}:
        sys.stdout.write(USAGE)
        return 0
    if first == "--version":
        return _print_version(rest, installation)
    if first == "run":
        invocation = invocation_of_process(rest)
        return run_command(load_catalogue(os.environ), invocation, logs_directory=installation.paths.logs_directory)
    if first == "serve-http":
        from ktx_daemon.http.command import serve_http  # noqa: PLC0415 - a server that one-shot calls do not need

        return serve_http(rest, environment=os.environ)
    return _run_operation(first, rest)


def _run_operation(name: str, rest: list[str]) -> int:
    if name.startswith("-"):
        raise UsageError(f"unknown option: {plain_text(name)}", hint="run: ktx-daemon --help")
    if rest:
        raise UsageError(
            f"unexpected argument: {plain_text(rest[0])}", hint="an operation takes its request from stdin"
        )
    from ktx_daemon.one_shot import run_one_shot  # noqa: PLC0415 - commands do without it

    context = OperationContext(mode=Mode.ONE_SHOT, working_directory=Path.cwd(), environment=dict(os.environ))
    run_one_shot(load_catalogue(os.environ), name, stdin=sys.stdin.buffer, stdout=sys.stdout.buffer, context=context)
    return 0


def _print_version(rest: list[str], installation: Installation) -> int:
    from ktx_daemon.version import version_record, version_text  # noqa: PLC0415 - looks at distributions

    if rest not in ([], ["--json"]):
        raise UsageError(f"unexpected argument: {plain_text(rest[0])}", hint="run: ktx-daemon --version --json")
    if rest:
        sys.stdout.write(version_record(load_catalogue(os.environ), installation))
    else:
        sys.stdout.write(version_text())
    return 0


def _forget_stdout() -> None:
    """Whoever read stdout is gone: point it at nothing, so that Python's flush at exit does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
