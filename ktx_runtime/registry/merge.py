"""Many declarations become one catalogue. Pure; the earlier declaration stands, a later one in conflict is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ktx_runtime.api import API_VERSION, OLDEST_API_VERSION, Feature
from ktx_runtime.registry.catalogue import Catalogue, CatalogueFeature, CataloguePlugin, PluginState
from ktx_runtime.registry.declaration import Addition, Declaration, PluginIdentity
from ktx_runtime.registry.reserved import reserved_by_framework


@dataclass(slots=True)
class _CatalogueBuilder:
    """The names that are taken, and by whom; the features so far, in order."""

    features: dict[str, CatalogueFeature] = field(default_factory=dict)
    owners: dict[tuple[str, str], PluginIdentity] = field(default_factory=dict)

    def accept(self, declaration: Declaration) -> CataloguePlugin:
        plugin = declaration.plugin
        mismatch = _api_mismatch(declaration)
        if mismatch:
            return CataloguePlugin(plugin=plugin, state=PluginState.API_MISMATCH, reason=mismatch)
        conflict = self._conflict(declaration) or self._circle(declaration)
        if conflict:
            return CataloguePlugin(plugin=plugin, state=PluginState.CONFLICT, reason=conflict)
        self.owners.update(dict.fromkeys(_names(declaration), plugin))
        for feature in declaration.features:
            self.features[feature.name] = CatalogueFeature(feature=feature, plugin=plugin)
        return CataloguePlugin(
            plugin=plugin,
            state=PluginState.OK,
            target=declaration.target,
            live_hooks=declaration.live_hooks,
            error_hints=declaration.error_hints,
        )

    def enlarge(self, addition: Addition) -> None:
        entry = self.features.get(addition.feature)
        if entry is not None:
            enlarged = entry.model_copy(update={"feature": _enlarged(entry.feature, addition)})
            self.features[addition.feature] = enlarged

    def _conflict(self, declaration: Declaration) -> str | None:
        seen: set[tuple[str, str]] = set()
        for kind, name in _names(declaration):
            if (kind, name) in seen:
                return f"{kind} {name} is declared twice by {declaration.plugin}"
            if reserved_by_framework(kind, name):
                return f"{kind} {name} of {declaration.plugin} is ktx's own"
            if (kind, name) in self.owners:
                return f"{kind} {name} of {declaration.plugin} is already provided by {self.owners[kind, name]}"
            whole = self._outer_command(kind, name)
            if whole is not None and whole != declaration.plugin:
                first = name.partition(" ")[0]
                return f"command {name} of {declaration.plugin} would hide a part of {first}, which is {whole}'s"
            for part, owner in self._inner_commands(kind, name):
                if owner != declaration.plugin:
                    return f"command {name} of {declaration.plugin} would hide {part}, which is {owner}'s"
            seen.add((kind, name))
        return None

    def _outer_command(self, kind: str, name: str) -> PluginIdentity | None:
        """Whose the first word is, where it is a command by itself: what stands behind it is theirs to read."""
        first, is_second, _ = name.partition(" ")
        return self.owners.get(("command", first)) if kind == "command" and is_second else None

    def _inner_commands(self, kind: str, name: str) -> list[tuple[str, PluginIdentity]]:
        """The commands of two words that begin with this one."""
        owners = self.owners.items() if kind == "command" else ()
        return [(taken, owner) for (of, taken), owner in owners if of == "command" and taken.startswith(f"{name} ")]

    def _circle(self, declaration: Declaration) -> str | None:
        """Features that could only be installed after each other: with them no install could be planned any more."""
        known = {name: entry.feature.requires for name, entry in self.features.items()}
        known |= {feature.name: feature.requires for feature in declaration.features}
        for feature in declaration.features:
            way = way_back(feature.name, known)
            if way is not None:
                return f"features require each other: {' → '.join(way)}"
        return None


def merge(declarations: Iterable[Declaration], refused: Sequence[CataloguePlugin] = ()) -> Catalogue:
    """The catalogue of `declarations` in their order; `refused` are plugins that never came to declare anything.

    Features, operations, routes, commands and each kind of driver have one name space each. A plugin in conflict loses
    all that it declares, and its row names both sides with their distributions.
    """
    builder = _CatalogueBuilder()
    declared = tuple(declarations)
    rows = [builder.accept(declaration) for declaration in declared]
    # Only now: an addition may be to a feature that a later plugin declares.
    for declaration, row in zip(declared, rows, strict=True):
        if row.state is PluginState.OK:
            for addition in declaration.additions:
                builder.enlarge(addition)
    return Catalogue(features=tuple(builder.features.values()), plugins=(*rows, *refused))


def way_back(name: str, requires: Mapping[str, Sequence[str]]) -> list[str] | None:
    """The way from a feature over those that it requires back to itself, if there is one."""
    ways = [[name]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for required in requires.get(way[-1], ()):
            if required == name:
                return [*way, name]
            if required not in seen:
                seen.add(required)
                ways.append([*way, required])
    return None


def _api_mismatch(declaration: Declaration) -> str | None:
    version = declaration.api_version
    if OLDEST_API_VERSION <= version <= API_VERSION:
        return None
    wanted = f"{OLDEST_API_VERSION} to {API_VERSION}" if OLDEST_API_VERSION < API_VERSION else str(API_VERSION)
    return f"it is written for plugin API {version}; this ktx speaks {wanted}"


def _names(declaration: Declaration) -> list[tuple[str, str]]:
    names = [*declaration.drivers, *(("feature", feature.name) for feature in declaration.features)]
    parts: tuple[Feature | Addition, ...] = (*declaration.features, *declaration.additions)
    for part in parts:
        names += [("operation", operation.name) for operation in part.operations]
        names += [("route", operation.path) for operation in part.operations]
        names += [("command", command.name) for command in part.commands]
    return names


def _enlarged(feature: Feature, addition: Addition) -> Feature:
    return feature.model_copy(
        update={
            "operations": feature.operations + addition.operations,
            "commands": feature.commands + addition.commands,
            "smoke_checks": feature.smoke_checks + addition.smoke_checks,
            "doctor_checks": feature.doctor_checks + addition.doctor_checks,
        }
    )
