"""What plugins suggest for errors of the controller. Read from the catalogue: none of their code is imported."""

from __future__ import annotations

from ktx_runtime.api.errors import KtxError
from ktx_runtime.cli.call import Call
from ktx_runtime.registry import CatalogueUnreadable, read_catalogue
from ktx_runtime.state.readiness import assess


def hint_of_plugins(error: KtxError, call: Call) -> str | None:
    """The first hint that fits `error`, of the plugins of the runtime so far, if there is one and it can be read."""
    paths = call.host.paths
    manifest = assess(paths, wheel_sha256=None).manifest
    if manifest is None:
        return None
    try:
        return read_catalogue(paths.catalogue_file(manifest.generation)).hint_for(error)
    except CatalogueUnreadable:
        return None
