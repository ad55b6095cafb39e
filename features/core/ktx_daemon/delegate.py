"""A command of a heavy feature, run in the daemon, which is started for it: what takes seconds to load is loaded once.

Where there is no managed runtime, or the daemon cannot be started, the command runs in a process of its own.
"""

from __future__ import annotations

import http.client
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ktx_daemon.exit_codes import INTERRUPTED
from ktx_daemon.installation import Installation
from ktx_runtime.api import Invocation, KtxError
from ktx_runtime.daemon.managed import IDLE_SECONDS, daemon_paths, daemon_program, is_current, timestamp, wanted_daemon
from ktx_runtime.daemon.record import DaemonRecord
from ktx_runtime.daemon.supervisor import ensure_daemon
from ktx_runtime.state.manifest import ManifestAbsent, ManifestUnreadable, read_manifest

NO_DAEMON_VARIABLE = "KTX_NO_DAEMON"
COMMANDS_PATH = "/commands/run"
_OK, _NOT_HERE = 200, 409
_STDIN_PIECE = 1 << 20


def run_in_daemon(invocation: Invocation, *, feature: str, installation: Installation) -> int | None:
    """The exit code of the command that `invocation.arguments` begin with; None when it has to run here.

    Nothing of it has run then.
    """
    record = _daemon(invocation, feature, installation)
    if record is None:
        return None
    try:
        answer = _ask(record, invocation, None)
        if answer is not _WANTS_STDIN:
            return answer
        with _spooled(invocation) as file:
            answer = _ask(record, invocation, file)
            return None if answer is _WANTS_STDIN else answer
    except KeyboardInterrupt:
        # The closed connection has told the daemon.
        return INTERRUPTED


class _WantsStdin(int):
    """Instead of an exit code: the command has not begun, as it reads its stdin."""


_WANTS_STDIN = _WantsStdin(-1)


def _daemon(invocation: Invocation, feature: str, installation: Installation) -> DaemonRecord | None:
    environment = invocation.environment
    if installation.generation is None or environment.get(NO_DAEMON_VARIABLE):
        return None
    try:
        manifest = read_manifest(installation.paths.manifest_file)
    except (ManifestAbsent, ManifestUnreadable):
        return None
    if manifest.generation != installation.generation or feature not in {one.name for one in manifest.features}:
        return None
    try:
        return ensure_daemon(
            daemon_paths(installation.paths),
            daemon_program(manifest, installation.paths, idle_seconds=IDLE_SECONDS),
            wanted_daemon(manifest, frozenset({feature})),
            environment=environment,
            now=timestamp,
            is_current=lambda: is_current(manifest, installation.paths),
        ).record
    except (KtxError, OSError) as error:
        why = error.message if isinstance(error, KtxError) else str(error)
        invocation.stderr.write(f"ktx: the daemon is not to be had ({why.splitlines()[0]}); going on without it\n")
        return None


def _ask(record: DaemonRecord, invocation: Invocation, stdin_file: Path | None) -> int | None:
    """Send the command and show what comes back. None where the daemon does not take it."""
    connection = http.client.HTTPConnection(record.host, record.port)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {record.token}"}
    begun = False
    try:
        connection.request("POST", COMMANDS_PATH, body=_request(invocation, stdin_file), headers=headers)
        response = connection.getresponse()
        if response.status != _OK:
            return None
        for line in response:
            told = json.loads(line)
            if "exit" in told:
                return int(told["exit"])
            if "elsewhere" in told:
                return _WANTS_STDIN
            begun = True
            _show(told, invocation)
    except (OSError, http.client.HTTPException) as error:
        if not begun:
            return None
        raise _lost(invocation) from error
    finally:
        connection.close()
    if begun:
        raise _lost(invocation)
    return None


def _request(invocation: Invocation, stdin_file: Path | None) -> bytes:
    terminal = invocation.terminal
    body = {
        "arguments": invocation.arguments,
        "workingDirectory": str(invocation.working_directory),
        "environment": dict(invocation.environment),
        "terminal": {
            "width": terminal.width,
            "stdinIsTerminal": terminal.stdin_is_terminal,
            "stdoutIsTerminal": terminal.stdout_is_terminal,
            "stderrIsTerminal": terminal.stderr_is_terminal,
        },
        "program": invocation.program,
        "stdinFile": None if stdin_file is None else str(stdin_file),
    }
    return json.dumps(body).encode()


def _show(told: dict[str, str], invocation: Invocation) -> None:
    if "stderr" in told:
        invocation.stdout.flush()
        invocation.stderr.write(told["stderr"])
        invocation.stderr.flush()
    else:
        invocation.stdout.write(told.get("stdout", ""))
        # The command has flushed it, or much of it: whoever reads along waits for it.
        invocation.stdout.flush()


def _lost(invocation: Invocation) -> KtxError:
    return KtxError(
        "the daemon ended while it ran the command",
        code="daemon-lost",
        hint=f"run the command again; {invocation.program} runtime why tells of the daemon",
    )


@contextmanager
def _spooled(invocation: Invocation) -> Iterator[Path]:
    """What is on stdin, in a file that only its owner reads, for as long as the block runs."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", errors="surrogateescape", prefix="ktx-stdin-") as spool:
        while piece := invocation.stdin.read(_STDIN_PIECE):
            spool.write(piece)
        spool.flush()
        yield Path(spool.name)
