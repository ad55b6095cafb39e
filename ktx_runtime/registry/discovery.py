"""Which plugins an environment holds: entry points of `ktx.plugins`, read without importing anything."""

import importlib.metadata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from ktx_runtime.api.database import DATABASE_DRIVERS
from ktx_runtime.api.embedding import EMBEDDING_BACKENDS
from ktx_runtime.registry.declaration import PluginIdentity

ENTRY_POINT_GROUP = "ktx.plugins"
OUR_DISTRIBUTION = "kaelio-ktx"
NO_PLUGINS_VARIABLE = "KTX_RUNTIME_NO_PLUGINS"
DRIVER_GROUPS = {DATABASE_DRIVERS: "database driver", EMBEDDING_BACKENDS: "embedding backend"}
"""Groups of entry points of which one is chosen by its name, and what such a one is called."""


@dataclass(frozen=True, slots=True)
class FoundPlugin:
    """An entry point: who it is, and the module (`"package.module"` or `"package.module:attribute"`) behind it.

    `drivers` are those of its distribution, each with its kind; of several plugins the first has them.
    """

    identity: PluginIdentity
    target: str
    drivers: tuple[tuple[str, str], ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether it ships in our own wheel."""
        return canonicalize_name(self.identity.distribution) == OUR_DISTRIBUTION


def find_plugins(path: Iterable[str] | None = None) -> tuple[FoundPlugin, ...]:
    """All plugins on `path` (default: this interpreter's), ours first, then by distribution and name."""
    distributions = (
        importlib.metadata.distributions(path=list(path)) if path is not None else importlib.metadata.distributions()
    )
    found: dict[tuple[str, str], FoundPlugin] = {}
    for distribution in distributions:
        points = distribution.entry_points
        drivers = tuple(
            (kind, entry.name) for group, kind in DRIVER_GROUPS.items() for entry in points.select(group=group)
        )
        for entry in sorted(points.select(group=ENTRY_POINT_GROUP)):
            name = canonicalize_name(distribution.name)
            identity = PluginIdentity(name=entry.name, distribution=name, version=distribution.version)
            # The first on the path wins, as it does for imports.
            found.setdefault((name, entry.name), FoundPlugin(identity, entry.value, drivers))
            drivers = ()
    return tuple(sorted(found.values(), key=_order))


def _order(plugin: FoundPlugin) -> tuple[bool, str, str]:
    return (not plugin.is_ours, plugin.identity.distribution, plugin.identity.name)


def is_blocked(plugin: FoundPlugin, environment: Mapping[str, str]) -> bool:
    """Whether `KTX_RUNTIME_NO_PLUGINS` forbids importing `plugin`: `1` or `all`, or a list of names with commas.

    Ours are never blocked: without them there is nothing to run.
    """
    if plugin.is_ours:
        return False
    wanted = environment.get(NO_PLUGINS_VARIABLE, "").strip()
    if wanted in {"", "0"}:
        return False
    names = {name.strip() for name in wanted.split(",")}
    return bool(names & {"1", "all", plugin.identity.name, plugin.identity.distribution})
