"""Plugins: found, asked in isolation, merged into the catalogue, and read from it ever after."""

from typing import TYPE_CHECKING

from ktx_runtime.lazy import lazy_exports

if TYPE_CHECKING:
    from ktx_runtime.registry.catalogue import (
        CATALOGUE_FILE,
        Catalogue,
        CatalogueFeature,
        CataloguePlugin,
        CatalogueUnreadable,
        PluginState,
        managed_catalogue_file,
        read_catalogue,
    )
    from ktx_runtime.registry.declaration import PluginIdentity
    from ktx_runtime.registry.load import load_catalogue
    from ktx_runtime.registry.quick import quick_operation

__all__ = [
    "CATALOGUE_FILE",
    "Catalogue",
    "CatalogueFeature",
    "CataloguePlugin",
    "CatalogueUnreadable",
    "PluginIdentity",
    "PluginState",
    "load_catalogue",
    "managed_catalogue_file",
    "quick_operation",
    "read_catalogue",
]

_HOMES = {
    "catalogue": (
        "CATALOGUE_FILE",
        "Catalogue",
        "CatalogueFeature",
        "CataloguePlugin",
        "CatalogueUnreadable",
        "PluginState",
        "managed_catalogue_file",
        "read_catalogue",
    ),
    "declaration": ("PluginIdentity",),
    "load": ("load_catalogue",),
    "quick": ("quick_operation",),
}
"""Where each name lives; imported when it is first asked for, as in `ktx_runtime.api`."""

if not TYPE_CHECKING:
    __getattr__ = lazy_exports(__name__, _HOMES)
