"""`python -I -m ktx_runtime.registry.describe`: the catalogue of this environment, as JSON on stdout.

The controller runs it in a generation that it has just built. Our own plugins are asked in this process, everybody
else's each in a process of its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from ktx_runtime.api import Feature
from ktx_runtime.registry.ask import ask_additions, ask_features
from ktx_runtime.registry.catalogue import Catalogue
from ktx_runtime.registry.collect import collect
from ktx_runtime.registry.declaration import Addition, Declaration
from ktx_runtime.registry.discovery import FoundPlugin, find_plugins
from ktx_runtime.registry.faults import Fault
from ktx_runtime.registry.isolated import isolated_additions, isolated_features


def describe(environment: Mapping[str, str]) -> Catalogue:
    """Ask every plugin of this environment, strangers in isolation."""

    def features_of(found: FoundPlugin) -> Declaration | Fault:
        return ask_features(found) if found.is_ours else isolated_features(found, environment=environment)

    def additions_of(found: FoundPlugin, features: Sequence[Feature]) -> tuple[Addition, ...] | Fault:
        if found.is_ours:
            return ask_additions(found, features)
        return isolated_additions(found, features, environment=environment)

    return collect(find_plugins(), environment=environment, features_of=features_of, additions_of=additions_of)


def main() -> int:
    """Print the catalogue."""
    sys.stdout.write(describe(os.environ).model_dump_json() + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
