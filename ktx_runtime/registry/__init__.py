"""Plugins: found, asked in isolation, merged into the catalogue, and read from it ever after."""

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
    "read_catalogue",
]
