"""Is there anything to install? Asked before everything heavy, and again by whoever has got the lock."""

from __future__ import annotations

from collections.abc import Callable

from ktx_runtime.install.host import Host
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.install.request import InstallRequest
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.readiness import assess

Ask = Callable[[str], bool]
"""Show a text, and return whether the user agrees."""


def ready_manifest(request: InstallRequest, *, host: Host) -> Manifest | None:
    """The manifest of a runtime that fulfils `request` as it is, if there is one."""
    if request.options.rebuild or request.add_plugin or request.remove_plugin:
        return None
    found = assess(host.paths, wheel_sha256=promised_sha256(host.environment))
    if not found.ready or found.manifest is None:
        return None
    return found.manifest if set(request.features) <= set(found.manifest.feature_names()) else None
