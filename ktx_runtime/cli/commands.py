"""Which commands there are: of installed features from the manifest, of others from what is declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ktx_runtime.cli.call import Call
from ktx_runtime.state.manifest import Manifest

if TYPE_CHECKING:
    from ktx_runtime.registry import Catalogue


@dataclass(frozen=True, slots=True)
class KnownCommand:
    """A command's name, what it does, and the feature to install for it."""

    name: str
    summary: str
    feature: str
    verbs: Mapping[str, str]


def find_command(words: Sequence[str], commands: Mapping[str, str]) -> str | None:
    """The feature of the command that `words` begin with; two words outweigh one."""
    if words and " " in words[0]:  # one word is not the name of two
        return None
    for length in (2, 1):
        feature = commands.get(" ".join(words[:length])) if len(words) >= length else None
        if feature is not None:
            return feature
    return None


def declared_catalogues(call: Call, manifest: Manifest | None) -> tuple[Catalogue, ...]:
    """What our own wheel and the plugins of the installed runtime declare. No stranger's code is imported."""
    from ktx_runtime.registry import CatalogueUnreadable, read_catalogue  # noqa: PLC0415 - pydantic
    from ktx_runtime.registry.collect import own_catalogue  # noqa: PLC0415 - pluggy and the declarations

    own = own_catalogue(call.host.environment)
    if manifest is None:
        return (own,)
    try:
        return own, read_catalogue(call.host.paths.catalogue_file(manifest.generation))
    except CatalogueUnreadable:
        return (own,)


def declared_commands(call: Call, manifest: Manifest | None) -> tuple[KnownCommand, ...]:
    """All commands of all features that could be installed, and of those that are, by name."""
    known = {
        name: KnownCommand(name, command.summary, entry.feature.to_install, command.verbs)
        for catalogue in declared_catalogues(call, manifest)
        for name, (entry, command) in catalogue.commands().items()
    }
    return tuple(known[name] for name in sorted(known))
