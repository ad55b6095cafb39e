"""What one plugin declares, as data."""

from pydantic import Field

from ktx_runtime.api import Command, DoctorCheck, ErrorHint, Feature, Operation, Record, SmokeCheck


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
    doctor_checks: tuple[DoctorCheck, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it adds nothing."""
        return not (self.operations or self.commands or self.smoke_checks or self.doctor_checks)


class Declaration(Record):
    """All that one plugin said. `target` is the module behind it; `live_hooks` those that it is to be asked later.

    `drivers` are names that its distribution registers, each with its kind (`"database driver"`).
    """

    plugin: PluginIdentity
    target: str
    api_version: int = Field(ge=1)
    live_hooks: tuple[str, ...] = ()
    error_hints: tuple[ErrorHint, ...] = ()
    features: tuple[Feature, ...] = ()
    additions: tuple[Addition, ...] = ()
    drivers: tuple[tuple[str, str], ...] = ()
