"""`ensure_runtime`: the one way in. Light while there is nothing to do."""

from __future__ import annotations

from dataclasses import dataclass

from ktx_runtime.install.host import Host
from ktx_runtime.install.progress import ProgressListener, silent
from ktx_runtime.install.ready import Ask, ready_manifest
from ktx_runtime.install.request import InstallRequest
from ktx_runtime.state.manifest import Manifest


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
