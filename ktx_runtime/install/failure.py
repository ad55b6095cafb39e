"""An install that failed: what failed, the last words of the program that failed, and where the rest is."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

from ktx_runtime.api.errors import KtxError
from ktx_runtime.install.host import Host
from ktx_runtime.state.paths import ROOT_VARIABLE

SHOWN_LINES = 12
_NO_SPACE = ("No space left on device", "os error 28", "os error 112")


class InstallFailed(KtxError):
    """`details` has `output` (the last lines) and `log` (a path)."""

    def __init__(self, message: str, *, lines: Sequence[str], log: Path, retry: str) -> None:
        full = any(sign in line for line in lines for sign in _NO_SPACE)
        super().__init__(
            f"{message}: the disk is full" if full else message,
            code="disk-full" if full else "install-failed",
            hint=f"{'free some space' if full else 'mend that'}, then run: {retry}",
            details={"output": list(lines[-SHOWN_LINES:]), "log": str(log)},
        )


class SmokeFailed(KtxError):
    """A feature that was asked for does not work in the new environment; the runtime before it still stands."""

    def __init__(self, feature: str, check: str, reason: str, *, log: Path, retry: str) -> None:
        super().__init__(
            f"{feature} was installed but does not work: {check}: {reason}",
            code="smoke-check-failed",
            hint=f"nothing was changed; to try again: {retry}",
            details={"log": str(log), "feature": feature, "check": check},
        )


def too_little_space(root: Path, *, wanted_mb: float, free_mb: float, retry: str) -> KtxError:
    """The error before the start of what could not end well."""
    return KtxError(
        f"too little space for this install: it takes {wanted_mb:.0f} MB, and {free_mb:.0f} MB are free at {root}",
        code="disk-full",
        hint=f"free some space, then run: {retry}",
    )


def known_failure(error: OSError, host: Host) -> KtxError | None:
    """The error for what the file system refuses, where that says what to do; None for anything else."""
    place = error.filename or host.paths.root
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        retry = host.command("runtime", "install", "--yes")
        return KtxError(f"the disk is full: {place}", code="disk-full", hint=f"free some space, then run: {retry}")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return KtxError(
            f"cannot write to the runtime's directory ({error.strerror}): {place}",
            code="root-not-writable",
            hint=f"make it writable, or set {ROOT_VARIABLE} to a directory that is",
        )
    return None
