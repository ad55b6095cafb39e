"""What one plugin declares, as data."""

from pydantic import Field

from ktx_runtime.api import Command, Feature, Operation, Record, SmokeCheck


class PluginIdentity(Record):
    """A plugin: the entry point's name and the distribution that brought it."""

    name: str
    distribution: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} ({self.distribution} {self.version})"


class Addition(Record):
    """What a plugin adds to a feature, its own or another's."""

    feature: str
    operations: tuple[Operation, ...] = ()
    commands: tuple[Command, ...] = ()
    smoke_checks: tuple[SmokeCheck, ...] = ()


class Declaration(Record):
    """All that one plugin said."""

    plugin: PluginIdentity
    api_version: int = Field(ge=1)
    features: tuple[Feature, ...] = ()
    additions: tuple[Addition, ...] = ()
