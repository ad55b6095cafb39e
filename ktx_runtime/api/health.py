"""Health: checks that `doctor` runs, what a feature says of itself in a daemon, and hints for known errors."""

from enum import StrEnum

from pydantic import Field

from ktx_runtime.api.record import Record
from ktx_runtime.api.reference import CodeReference


class DoctorCheck(Record):
    """A question that `ktx runtime doctor` asks beside the smoke checks.

    `check` names a callable without arguments that returns None when all is well, otherwise the reason. It runs in a
    process of its own. `fix` is the command or action to suggest when it fails.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    summary: str
    check: CodeReference
    fix: str | None = None
    timeout_seconds: float = Field(default=30.0, gt=0)


class HealthState(StrEnum):
    """What a feature is in, inside a daemon."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class FeatureHealth(Record):
    """What a feature says of itself; `detail` says why when it is not ready."""

    feature: str
    state: HealthState
    detail: str | None = None


class ErrorHint(Record):
    """What to suggest for an error with `code` that brings no hint of its own.

    With `contains` only when that text stands in the error's message.
    """

    code: str
    hint: str
    contains: str = ""
