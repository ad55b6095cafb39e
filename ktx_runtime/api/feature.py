"""A feature level, declared."""

from enum import StrEnum

from pydantic import Field

from ktx_runtime.api.command import Command
from ktx_runtime.api.health import DoctorCheck
from ktx_runtime.api.operation import Operation
from ktx_runtime.api.prefetch import Prefetch
from ktx_runtime.api.record import Record
from ktx_runtime.api.reference import CodeReference


class Consent(StrEnum):
    """How a feature is agreed to when it has to be installed."""

    WITH_RUNTIME = "with-runtime"
    SEPARATE = "separate"


class DownloadHint(Record):
    """What the user hears before agreeing. Sizes are megabytes (10^6 bytes), measured, not guessed."""

    what: str
    download_mb: float = Field(ge=0)
    disk_mb: float = Field(ge=0)


class SmokeCheck(Record):
    """Proof, right after an install and in `doctor`, that a feature works.

    `check` names a callable without arguments. It returns None when all is well, otherwise the reason; raising is
    a failure too. It runs in a process of its own, in the environment that is being built.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    summary: str
    check: CodeReference
    timeout_seconds: float = Field(default=60.0, gt=0)


class Feature(Record):
    """A feature level: what must be installed for it, and what it adds.

    A declaration is importable without the feature's extras. `extras` are extras of the declaring distribution,
    `requirements` further PEP 508 requirements. `requires` names other features. A `default` feature is part of
    every runtime. `install_with` is the feature to name where this one is asked for and missing: one that requires it,
    and without which it is of little use. `prefetch` is what an install fetches besides packages.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    summary: str
    default: bool = False
    requires: tuple[str, ...] = ()
    install_with: str | None = None
    extras: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    requires_python: str | None = None
    consent: Consent = Consent.WITH_RUNTIME
    download: DownloadHint | None = None
    operations: tuple[Operation, ...] = ()
    commands: tuple[Command, ...] = ()
    smoke_checks: tuple[SmokeCheck, ...] = ()
    doctor_checks: tuple[DoctorCheck, ...] = ()
    prefetch: tuple[Prefetch, ...] = ()
    heavy: bool = Field(default=False, description="worth a daemon: its first use loads for seconds")

    @property
    def to_install(self) -> str:
        """What to install for this feature to be there, and of use."""
        return self.install_with or self.name
