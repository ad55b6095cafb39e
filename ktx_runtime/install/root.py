"""The root directory: made, and made sure to be ours, before anything is put into it."""

from __future__ import annotations

import os
from pathlib import Path

from ktx_runtime.api.errors import KtxError
from ktx_runtime.install.host import Host
from ktx_runtime.owner import demand_owner
from ktx_runtime.state.paths import ROOT_VARIABLE

UV_SETTINGS = "# Empty on purpose: uv reads the settings of the directory it works in, and this one has none.\n"


def prepare_root(host: Host) -> None:
    """Make the directories of this version.

    Raises `KtxError` with code `root-not-writable`, or `root-not-yours`: we would run what another user put there.
    """
    root = host.paths.root
    try:
        host.paths.generations_directory.mkdir(parents=True, exist_ok=True)
        demand_owner(root)
        if not host.paths.uv_settings.is_file():
            host.paths.uv_settings.write_text(UV_SETTINGS, encoding="utf-8")
        _demand_programs(root)
        writable = os.access(root, os.W_OK) and os.access(host.paths.generations_directory, os.W_OK)
        problem = None if writable else "permission denied"
    except OSError as error:
        problem = error.strerror or str(error)
    if problem:
        raise KtxError(
            f"cannot write to the runtime's directory ({problem}): {root}",
            code="root-not-writable",
            hint=f"make it writable, or set {ROOT_VARIABLE} to a directory that is",
        )


def _demand_programs(root: Path) -> None:
    if hasattr(os, "statvfs") and os.statvfs(root).f_flag & getattr(os, "ST_NOEXEC", 0):
        raise root_forbids_programs(root)


def root_forbids_programs(root: Path) -> KtxError:
    """The error for a root on a file system mounted `noexec`: Python's libraries cannot be loaded from there."""
    return KtxError(
        f"the runtime's directory is on a file system that forbids running programs (noexec): {root}",
        code="root-not-executable",
        hint=f"set {ROOT_VARIABLE} to a directory on another one",
    )
