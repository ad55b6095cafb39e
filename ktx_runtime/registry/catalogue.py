"""The catalogue: what one environment can do. Made once per generation, read ever after."""

import json
import sys
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from pydantic import ValidationError

from ktx_runtime.api import Command, ErrorHint, Feature, KtxError, Operation, Record
from ktx_runtime.registry.declaration import PluginIdentity

CATALOGUE_FILE = "catalogue.json"


class PluginState(StrEnum):
    """What became of a plugin."""

    OK = "ok"
    BROKEN = "broken"
    BLOCKED = "blocked"
    CONFLICT = "conflict"
    API_MISMATCH = "api-mismatch"


class CataloguePlugin(Record):
    """A plugin's row. `reason` is given whenever the state is not `ok`; the rest only when it is.

    `target` is the module behind the entry point, `live_hooks` the hooks that it is asked outside `describe`.
    """

    plugin: PluginIdentity
    state: PluginState
    reason: str | None = None
    target: str | None = None
    live_hooks: tuple[str, ...] = ()
    error_hints: tuple[ErrorHint, ...] = ()


class CatalogueFeature(Record):
    """A feature with everything that plugins added to it, and the plugin that declared it."""

    feature: Feature
    plugin: PluginIdentity


class Catalogue(Record):
    """Features and plugins of one environment, each in the order of discovery."""

    SCHEMA_VERSION: ClassVar[int] = 1

    schema_version: int = SCHEMA_VERSION
    features: tuple[CatalogueFeature, ...] = ()
    plugins: tuple[CataloguePlugin, ...] = ()

    def feature(self, name: str) -> CatalogueFeature | None:
        """The feature called `name`, if some plugin declares it."""
        return next((entry for entry in self.features if entry.feature.name == name), None)

    def operations(self) -> dict[str, tuple[CatalogueFeature, Operation]]:
        """All operations by name, each with the feature that it belongs to."""
        return {operation.name: (entry, operation) for entry in self.features for operation in entry.feature.operations}

    def commands(self) -> dict[str, tuple[CatalogueFeature, Command]]:
        """All commands by name (one word or two), each with the feature that it belongs to."""
        return {command.name: (entry, command) for entry in self.features for command in entry.feature.commands}

    def of_installed(self, installed: Collection[str]) -> "Catalogue":
        """Without plugins none of whose features is installed: they have nothing to say while the worker runs."""
        idle = {entry.plugin for entry in self.features} - {
            entry.plugin for entry in self.features if entry.feature.name in installed
        }
        return self.model_copy(update={"plugins": tuple(row for row in self.plugins if row.plugin not in idle)})

    def hint_for(self, error: KtxError) -> str | None:
        """What to suggest for `error`: its own hint, else the first of a plugin that fits."""
        if error.hint is not None:
            return error.hint
        hints = (hint for row in self.plugins for hint in row.error_hints)
        return next((one.hint for one in hints if one.code == error.code and one.contains in error.message), None)


class CatalogueUnreadable(KtxError):
    """The catalogue of a generation is missing, damaged, or of a newer schema."""


def read_catalogue(file: Path) -> Catalogue:
    """Read `file`.

    Raises `CatalogueUnreadable` (code `catalogue-unreadable`): the generation has to be rebuilt.
    """
    try:
        text = file.read_bytes()
        found = json.loads(text)
        newer = isinstance(found, dict) and found.get("schemaVersion", 0) > Catalogue.SCHEMA_VERSION
        if not newer:
            return Catalogue.model_validate(found)
        problem = f"its schema {found['schemaVersion']} is newer than {Catalogue.SCHEMA_VERSION}"
    except OSError as error:
        problem = error.strerror or str(error)
    except (ValueError, ValidationError, TypeError):
        problem = "it is damaged"
    raise CatalogueUnreadable(
        f"cannot read the catalogue of this environment: {problem}: {file}",
        code="catalogue-unreadable",
        hint="run: ktx runtime doctor --fix",
    )


def managed_catalogue_file(prefix: str = sys.prefix) -> Path | None:
    """The catalogue beside the environment at `prefix`, or None where the environment is not one of ours."""
    file = Path(prefix).parent / CATALOGUE_FILE
    return file if file.is_file() else None
