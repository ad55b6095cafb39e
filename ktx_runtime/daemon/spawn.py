"""Start a daemon and wait until it has written its record. An early death is noticed at once."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ktx_runtime.api import KtxError
from ktx_runtime.daemon.logs import prepare_logs, size, tail
from ktx_runtime.daemon.record import DaemonLogs, DaemonRecord, RecordUnreadable, read_daemon_record

START_SECONDS = 30.0
POLL_SECONDS = 0.003


@dataclass(frozen=True, slots=True)
class DaemonProgram:
    """What to start: the interpreter of a generation, and the words after it.

    The program must accept `--state-file FILE --instance-id ID --logs-directory DIR`, listen on a free port of
    127.0.0.1, and then write its `DaemonRecord` to FILE, replacing it atomically, readable by its owner only. Nobody
    else writes that file. What the program prints goes to `logs.log_files(DIR)`.
    """

    executable: Path
    arguments: tuple[str, ...]
    working_directory: Path
    version: str


def spawn_daemon(
    program: DaemonProgram, record_file: Path, logs_directory: Path, *, environment: Mapping[str, str]
) -> DaemonRecord:
    """Start `program` and return its record.

    Raises `KtxError` (code `daemon-start-failed`) when it dies or does not listen in time; it is ended then.
    """
    logs = prepare_logs(logs_directory)
    seen = size(logs.stderr)
    instance_id = secrets.token_hex(16)
    process = _popen(program, record_file, instance_id, logs, environment)
    try:
        record = _await_record(process, record_file, instance_id)
    except BaseException:
        _end(process)
        raise
    if record is None:
        raise _failed(process, logs, seen)
    # The daemon outlives us on purpose; Popen would warn about a child that nobody waits for.
    process.returncode = 0
    return record


def _popen(
    program: DaemonProgram, record_file: Path, instance_id: str, logs: DaemonLogs, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    command = [
        str(program.executable),
        *program.arguments,
        "--state-file",
        str(record_file),
        "--instance-id",
        instance_id,
        "--logs-directory",
        str(Path(logs.stderr).parent),
    ]
    with Path(logs.stdout).open("ab") as stdout, Path(logs.stderr).open("ab") as stderr:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=program.working_directory,
            env={**environment, "KTX_DAEMON_VERSION": program.version},
            **start_options(sys.platform),
        )


def start_options(platform: str) -> dict[str, Any]:
    """What cuts a process loose from the terminal and the signals of whoever starts it."""
    if platform != "win32":
        return {"start_new_session": True}
    # DETACHED_PROCESS and CREATE_NEW_PROCESS_GROUP, which subprocess knows by name on Windows only.
    return {"creationflags": 0x00000008 | 0x00000200}


def _await_record(process: subprocess.Popen[bytes], record_file: Path, instance_id: str) -> DaemonRecord | None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            record = read_daemon_record(record_file)
        except RecordUnreadable:
            record = None
        if record is not None and record.instance_id == instance_id:
            return record
        time.sleep(POLL_SECONDS)
    return None


def _failed(process: subprocess.Popen[bytes], logs: DaemonLogs, seen: int) -> KtxError:
    status = process.poll()
    how = f"did not listen within {START_SECONDS:.0f} s" if status is None else f"ended with {status} at its start"
    _end(process)
    said = tail(logs.stderr, since=seen)
    text = "".join(f"\n  {line}" for line in said)
    return KtxError(
        f"the daemon {how}{text}",
        code="daemon-start-failed",
        hint=f"its logs: {logs.stderr} and {logs.stdout}; run: ktx runtime doctor",
        details={"stderr": list(said), "logs": logs.model_dump(mode="json")},
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """It never came to listen, and it is our own child: nobody else can have its pid."""
    if process.poll() is None:
        process.kill()
    process.wait()
