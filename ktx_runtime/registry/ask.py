"""Import one plugin and ask it everything, in this process."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from ktx_runtime.api import API_VERSION, Feature, InstallPlan, PlanAdjustment, Record
from ktx_runtime.registry.declaration import Addition, Declaration
from ktx_runtime.registry.discovery import FoundPlugin
from ktx_runtime.registry.faults import Fault, guarded
from ktx_runtime.registry.manager import PluginManager

API_VERSION_ATTRIBUTE = "ktx_api_version"


def ask_features(found: FoundPlugin) -> Declaration | Fault:
    """What features `found` declares; no additions yet."""
    asked = _registered(found)
    if isinstance(asked, Fault):
        return asked
    manager, plugin = asked
    features = manager.features(plugin=found.identity.name)
    if isinstance(features, Fault):
        return features
    hints = manager.error_hints(plugin=found.identity.name)
    if isinstance(hints, Fault):
        return hints
    return guarded(
        lambda: Declaration(
            plugin=found.identity,
            target=found.target,
            api_version=getattr(plugin, API_VERSION_ATTRIBUTE, API_VERSION),
            live_hooks=manager.live_hooks(plugin=found.identity.name),
            features=features,
            error_hints=hints,
        )
    )


def ask_additions(found: FoundPlugin, features: Sequence[Feature]) -> tuple[Addition, ...] | Fault:
    """What `found` adds to each of `features`; features to which it adds nothing are left out."""
    asked = _registered(found)
    if isinstance(asked, Fault):
        return asked
    manager, _ = asked
    additions = []
    for feature in features:
        addition = _addition(manager, found.identity.name, feature)
        if isinstance(addition, Fault):
            return addition
        if not addition.is_empty:
            additions.append(addition)
    return tuple(additions)


def ask_adjustments(found: FoundPlugin, plan: InstallPlan) -> tuple[PlanAdjustment, ...] | Fault:
    """What `found` wants changed in `plan`."""
    asked = _registered(found)
    if isinstance(asked, Fault):
        return asked
    manager, _ = asked
    return manager.adjustments(plugin=found.identity.name, plan=plan)


def _addition(manager: PluginManager, plugin: str, feature: Feature) -> Addition | Fault:
    said: dict[str, tuple[Record, ...]] = {}
    for kind, asked in (
        ("operations", manager.operations),
        ("commands", manager.commands),
        ("smoke_checks", manager.smoke_checks),
        ("doctor_checks", manager.doctor_checks),
    ):
        answer = asked(plugin=plugin, feature=feature)
        if isinstance(answer, Fault):
            return answer
        said[kind] = answer
    return guarded(lambda: Addition.model_validate({"feature": feature.name, **said}))


def _registered(found: FoundPlugin) -> tuple[PluginManager, object] | Fault:
    plugin = guarded(lambda: load_plugin(found.target))
    if isinstance(plugin, Fault):
        return plugin
    manager = PluginManager()
    fault = manager.register(plugin, name=found.identity.name)
    return fault if fault is not None else (manager, plugin)


def load_plugin(target: str) -> object:
    """Import the module or object behind an entry point. Raises whatever the plugin raises."""
    module_name, _, path = target.partition(":")
    plugin: object = importlib.import_module(module_name)
    for name in filter(None, path.split(".")):
        plugin = getattr(plugin, name)
    return plugin
