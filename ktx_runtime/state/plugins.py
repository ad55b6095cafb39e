"""`plugins.json`: the third-party plugins that are wanted, in this and every later version."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.state.codec import Undecodable, decode

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPlugin:
    """A distribution, normalised, and how to get it: a PEP 508 requirement, or a directory to install from."""

    distribution: str
    requirement: str
    editable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPlugins:
    """In the order in which they were added."""

    schema_version: int = SCHEMA_VERSION
    plugins: tuple[WantedPlugin, ...] = ()

    def with_plugin(self, plugin: WantedPlugin) -> WantedPlugins:
        """With `plugin` instead of one of the same distribution, or besides the others."""
        others = tuple(other for other in self.plugins if other.distribution != plugin.distribution)
        return WantedPlugins(plugins=(*others, plugin))

    def without(self, distribution: str) -> WantedPlugins:
        """Without that distribution."""
        return WantedPlugins(plugins=tuple(one for one in self.plugins if one.distribution != distribution))


class PluginsUnreadable(Exception):
    """The file is there, and cannot be used; the text says why."""


def read_wanted_plugins(file: Path) -> WantedPlugins:
    """What is wanted; nothing where there is no file. Raises `PluginsUnreadable`."""
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return WantedPlugins()
    except (OSError, ValueError) as error:
        raise PluginsUnreadable(f"{file} cannot be read") from error
    schema = found.get("schemaVersion") if isinstance(found, dict) else None
    if type(schema) is int and schema > SCHEMA_VERSION:
        raise PluginsUnreadable(f"{file} was written by a newer ktx")
    try:
        return decode(WantedPlugins, found)
    except Undecodable as error:
        raise PluginsUnreadable(f"{file} is damaged: {error}") from error
