"""The runtime as a whole, by what lies on disk."""

from __future__ import annotations

from ktx_runtime.cli.doctor.check import Check, Status, passed
from ktx_runtime.install.host import Host
from ktx_runtime.state.readiness import Readiness


def check_manifest(found: Readiness, host: Host) -> Check:
    """Is the runtime ready, by what lies on disk?"""
    if found.ready and found.manifest:
        return passed("runtime", f"ready: {', '.join(found.manifest.feature_names())}")
    mending = ("install", "--yes") if found.state == "missing" else ("doctor", "--fix")
    fix = f"run: {host.command('runtime', *mending)}"
    return Check("runtime", Status.FAIL, f"{found.state}: {found.reason}", fix, repairable=True)
