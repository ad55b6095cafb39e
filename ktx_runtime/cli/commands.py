"""Which commands there are: of installed features from the manifest, of others from what is declared."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ktx_runtime.cli.call import Call
from ktx_runtime.state.manifest import Manifest


@dataclass(frozen=True, slots=True)
class KnownCommand:
    """A command's name, what it does, and the feature that it belongs to."""

    name: str
    summary: str
    feature: str


def find_command(words: Sequence[str], commands: Mapping[str, str]) -> str | None:
    """The feature of the command that `words` begin with; two words outweigh one."""
    for length in (2, 1):
        feature = commands.get(" ".join(words[:length])) if len(words) >= length else None
        if feature is not None:
            return feature
    return None


def declared_commands(call: Call, manifest: Manifest | None) -> tuple[KnownCommand, ...]:
    """All commands of all features that could be installed, and of those that are, by name."""
    from ktx_runtime.registry import CatalogueUnreadable, read_catalogue  # noqa: PLC0415 - pydantic
    from ktx_runtime.registry.collect import own_catalogue  # noqa: PLC0415 - pluggy and the declarations

    catalogues = [own_catalogue(call.host.environment)]
    if manifest is not None:
        with contextlib.suppress(CatalogueUnreadable):
            catalogues.append(read_catalogue(call.host.paths.catalogue_file(manifest.generation)))
    known = {
        name: KnownCommand(name, command.summary, entry.feature.name)
        for catalogue in catalogues
        for name, (entry, command) in catalogue.commands().items()
    }
    return tuple(known[name] for name in sorted(known))
