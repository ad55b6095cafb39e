"""Whose a file is. What belongs to another user is neither written to, nor removed, nor taken at its word.

A record that somebody else can write might name any process: whoever stops "its daemon" as the superuser would end it.
"""

from __future__ import annotations

import os
from pathlib import Path

from ktx_runtime.state.paths import ROOT_VARIABLE


def belongs_to_another(path: Path) -> bool:
    """Whether `path` is there and its owner is not who we are. On Windows a profile's permissions see to that."""
    if os.name != "posix":
        return False
    try:
        return path.stat().st_uid != os.geteuid()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except PermissionError:
        return True


def demand_owner(path: Path) -> None:
    """Raise `KtxError` with code `root-not-yours` where `path` belongs to another user."""
    if not belongs_to_another(path):
        return
    from ktx_runtime.api.errors import KtxError  # noqa: PLC0415 - only where a call fails

    raise KtxError(
        f"the runtime's directory belongs to another user: {path}",
        code="root-not-yours",
        hint=f"run as its owner, or set {ROOT_VARIABLE} to a directory of your own",
    )
