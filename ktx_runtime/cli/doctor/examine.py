"""All checks, in the order in which one thing rests on another."""

from __future__ import annotations

from pathlib import Path

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.doctor.check import Check, Status
from ktx_runtime.cli.doctor.daemon import check_daemon
from ktx_runtime.cli.doctor.network import check_network_settings
from ktx_runtime.cli.doctor.places import check_foreign, check_orphans, check_permissions, check_space
from ktx_runtime.cli.doctor.readiness import check_manifest
from ktx_runtime.cli.doctor.tools import check_base_python, check_uv, check_wheel
from ktx_runtime.install.host import Host
from ktx_runtime.install.log import InstallLog
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.readiness import assess


def examine(call: Call, *, log: InstallLog) -> list[Check]:
    """Look at everything. Changes nothing but the log."""
    host = call.host
    found = assess(host.paths, wheel_sha256=promised_sha256(host.environment))
    manifest = found.manifest
    checks = [
        check_permissions(host),
        check_space(host),
        check_network_settings(host),
        check_base_python(host),
        check_uv(host),
        check_wheel(host, manifest),
        check_manifest(found, host),
    ]
    if manifest is not None and Path(manifest.python.executable).exists():
        checks += _examine_environment(manifest, host, log)
    return [*checks, check_daemon(call, manifest), check_orphans(host, manifest), check_foreign(host)]


def _examine_environment(manifest: Manifest, host: Host, log: InstallLog) -> list[Check]:
    try:
        from ktx_runtime.cli.doctor import runtime  # noqa: PLC0415 - see below
    except ModuleNotFoundError:
        # We run from the wheel, since the runtime cannot run us: libraries are what it would have.
        fix = f"run: {host.command('runtime', 'doctor', '--fix')}"
        return [Check("environment", Status.WARN, "it is examined where a runtime works", fix)]
    interpreter = runtime.check_interpreter(manifest, host)
    checks = [interpreter, runtime.check_files(manifest, host), *runtime.check_features(manifest, host, log)]
    return [*checks, *runtime.check_plugins(manifest, host)]
