"""Import one plugin and ask it everything, in this process."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from ktx_runtime.api import API_VERSION, Feature
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
    version = getattr(plugin, API_VERSION_ATTRIBUTE, API_VERSION)
    return guarded(lambda: Declaration(plugin=found.identity, api_version=version, features=features))


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
        if addition.operations or addition.commands or addition.smoke_checks:
            additions.append(addition)
    return tuple(additions)


def _addition(manager: PluginManager, plugin: str, feature: Feature) -> Addition | Fault:
    operations = manager.operations(plugin=plugin, feature=feature)
    commands = manager.commands(plugin=plugin, feature=feature)
    smoke_checks = manager.smoke_checks(plugin=plugin, feature=feature)
    if isinstance(operations, Fault):
        return operations
    if isinstance(commands, Fault):
        return commands
    if isinstance(smoke_checks, Fault):
        return smoke_checks
    return Addition(feature=feature.name, operations=operations, commands=commands, smoke_checks=smoke_checks)


def _registered(found: FoundPlugin) -> tuple[PluginManager, object] | Fault:
    plugin = guarded(lambda: _load(found.target))
    if isinstance(plugin, Fault):
        return plugin
    manager = PluginManager()
    fault = manager.register(plugin, name=found.identity.name)
    return fault if fault is not None else (manager, plugin)


def _load(target: str) -> object:
    module_name, _, path = target.partition(":")
    plugin: object = importlib.import_module(module_name)
    for name in filter(None, path.split(".")):
        plugin = getattr(plugin, name)
    return plugin
