"""From found plugins to a catalogue, whichever way they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ktx_runtime.api import Feature
from ktx_runtime.registry.ask import ask_additions, ask_features
from ktx_runtime.registry.catalogue import Catalogue, CataloguePlugin, PluginState
from ktx_runtime.registry.declaration import Addition, Declaration
from ktx_runtime.registry.discovery import FoundPlugin, find_plugins, is_blocked
from ktx_runtime.registry.faults import Fault
from ktx_runtime.registry.merge import merge

AskFeatures = Callable[[FoundPlugin], Declaration | Fault]
AskAdditions = Callable[[FoundPlugin, Sequence[Feature]], tuple[Addition, ...] | Fault]


def collect(
    plugins: Iterable[FoundPlugin],
    *,
    environment: Mapping[str, str],
    features_of: AskFeatures = ask_features,
    additions_of: AskAdditions = ask_additions,
) -> Catalogue:
    """Ask every plugin, in order, and merge what they say. Who fails, or is blocked, has a row with the reason."""
    declarations: list[tuple[FoundPlugin, Declaration]] = []
    refused: list[CataloguePlugin] = []
    for found in plugins:
        if is_blocked(found, environment):
            reason = "blocked by KTX_RUNTIME_NO_PLUGINS"
            refused.append(CataloguePlugin(plugin=found.identity, state=PluginState.BLOCKED, reason=reason))
            continue
        declared = features_of(found)
        if isinstance(declared, Fault):
            refused.append(_broken(found, declared))
        else:
            declarations.append((found, declared))
    known = [feature for _, declaration in declarations for feature in declaration.features]
    complete: list[Declaration] = []
    for found, declaration in declarations:
        additions = additions_of(found, known)
        if isinstance(additions, Fault):
            refused.append(_broken(found, additions))
        else:
            complete.append(declaration.model_copy(update={"additions": additions}))
    return merge(complete, refused)


def own_catalogue(environment: Mapping[str, str]) -> Catalogue:
    """What our own wheel declares, as this interpreter sees it. Imports no third-party plugin."""
    return collect([found for found in find_plugins() if found.is_ours], environment=environment)


def live_catalogue(environment: Mapping[str, str]) -> Catalogue:
    """What this interpreter's environment declares, asked in this process: for environments that are not managed."""
    return collect(find_plugins(), environment=environment)


def _broken(found: FoundPlugin, fault: Fault) -> CataloguePlugin:
    return CataloguePlugin(plugin=found.identity, state=PluginState.BROKEN, reason=fault.reason)
