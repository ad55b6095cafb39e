"""The daemon: suits, or does not, or left its record behind."""

from __future__ import annotations

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.daemon_status import daemon_status
from ktx_runtime.cli.doctor.check import Check, Status, passed
from ktx_runtime.state.manifest import Manifest


def check_daemon(call: Call, manifest: Manifest | None) -> Check:
    """Is the daemon of record one that would be used? As `status` judges it."""
    found = daemon_status(call, manifest)
    if found is None:
        return passed("daemon", "none runs")
    if found.state.next is not None:
        return Check("daemon", Status.WARN, f"{found.state.detail} ({found.state.reason})", f"run: {found.state.next}")
    return passed("daemon", found.line)
