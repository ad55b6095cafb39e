"""Programs that refuse to run as root, run as somebody else where we are root."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path


def as_user(user: str, command: Sequence[str | Path]) -> list[str]:
    """The command, run as that user where we are root."""
    return _dropping(user, [], command)


def as_child(user: str, command: Sequence[str | Path]) -> list[str]:
    """The same for a server: it ends with us, also where we are killed and clean up nothing."""
    return _dropping(user, ["--pdeathsig", "TERM"], command)


def _dropping(user: str, options: Sequence[str], command: Sequence[str | Path]) -> list[str]:
    account = ["--reuid", user, "--regid", user, "--init-groups"] if os.geteuid() == 0 else []
    plain = [str(part) for part in command]
    # Not runuser, which is where only root looks for programs.
    if shutil.which("setpriv") is None or not (options or account):
        return plain
    return ["setpriv", *options, *account, *plain]
