"""`ensure_runtime`: the one way in. Light while there is nothing to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ktx_runtime.install.host import Host
from ktx_runtime.install.progress import ProgressListener, silent
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.install.request import InstallRequest
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.readiness import assess

Ask = Callable[[str], bool]
"""Show a text, and return whether the user agrees."""


@dataclass(frozen=True, slots=True)
class Ensured:
    """The runtime as it now is, and whether anything had to be installed."""

    manifest: Manifest
    changed: bool


def ensure_runtime(request: InstallRequest, *, host: Host, ask: Ask, listener: ProgressListener = silent) -> Ensured:
    """See to it that the runtime is ready and has the requested features.

    `ask` is called only where the answers so far leave a question open. Raises `KtxError`; whatever happens, a
    runtime that was ready before is ready afterwards.
    """
    ready = ready_manifest(request, host=host)
    if ready is not None:
        return Ensured(ready, changed=False)
    # Everything heavy: pydantic, declarations, plans.
    from ktx_runtime.install.transaction import install  # noqa: PLC0415

    return Ensured(install(request, host=host, ask=ask, listener=listener), changed=True)


def ready_manifest(request: InstallRequest, *, host: Host) -> Manifest | None:
    """The manifest of a runtime that fulfils `request` as it is, if there is one."""
    if request.options.rebuild or request.add_plugin or request.remove_plugin:
        return None
    found = assess(host.paths, wheel_sha256=promised_sha256(host.environment))
    if not found.ready or found.manifest is None:
        return None
    return found.manifest if set(request.features) <= set(found.manifest.feature_names()) else None
