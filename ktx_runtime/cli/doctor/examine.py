"""All checks, in the order in which one thing rests on another."""

from __future__ import annotations

from pathlib import Path

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.doctor.check import Check
from ktx_runtime.cli.doctor.daemon import check_daemon
from ktx_runtime.cli.doctor.network import check_network_settings
from ktx_runtime.cli.doctor.places import check_foreign, check_orphans, check_permissions, check_space
from ktx_runtime.cli.doctor.runtime import (
    check_features,
    check_files,
    check_interpreter,
    check_manifest,
    check_plugins,
)
from ktx_runtime.cli.doctor.tools import check_base_python, check_uv, check_wheel
from ktx_runtime.install.log import InstallLog
from ktx_runtime.install.promise import promised_sha256
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
        interpreter = check_interpreter(manifest, host)
        checks += [interpreter, check_files(manifest, host), *check_features(manifest, host, log)]
        checks += check_plugins(manifest, host)
    return [*checks, check_daemon(call, manifest), check_orphans(host, manifest), check_foreign(host)]
