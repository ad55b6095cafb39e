"""Private servers: programs of the machine, run in a temporary directory, as a user that is not root."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

START_TIMEOUT_SECONDS = 60


def find_program(name: str, *, directories: Sequence[Path] = ()) -> Path | None:
    """The program on PATH, or in the last of the directories (given in ascending order of version) that has it."""
    found = shutil.which(name)
    if found is not None:
        return Path(found)
    for directory in reversed(directories):
        if (directory / name).is_file():
            return directory / name
    return None


def hand_over(directory: Path, user: str) -> None:
    """Let the user write in the directory, and pass through the ones above it."""
    if os.geteuid() != 0:
        return
    account = pwd.getpwnam(user)
    os.chown(directory, account.pw_uid, account.pw_gid)


def accepts_connections(path: Path) -> bool:
    """Whether something listens on the unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def run_quietly(command: Sequence[str], *, cwd: Path) -> None:
    """Run to the end; on failure, say what it printed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_TIMEOUT_SECONDS,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed ({done.returncode}): {done.stdout}{done.stderr}")
