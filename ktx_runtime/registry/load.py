"""The catalogue of the environment that this interpreter belongs to."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from ktx_runtime.registry.catalogue import Catalogue, managed_catalogue_file, read_catalogue


def load_catalogue(environment: Mapping[str, str], *, prefix: str = sys.prefix) -> Catalogue:
    """Read the catalogue beside a managed environment; ask the plugins where the environment is not managed.

    In a managed generation nothing is imported but the record types: no entry points, no pluggy.
    """
    file = managed_catalogue_file(prefix)
    if file is not None:
        return read_catalogue(file)
    from ktx_runtime.registry.collect import live_catalogue  # noqa: PLC0415 - pluggy, only where it is needed

    return live_catalogue(environment)
