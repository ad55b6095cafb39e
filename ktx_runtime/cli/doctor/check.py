"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a check ended."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """`detail` says what was found, with the values; `fix` is the command or action, unless all is well.

    `repairable` means that `doctor --fix` can mend it.
    """

    name: str
    status: Status
    detail: str
    fix: str | None = None
    repairable: bool = False


def passed(name: str, detail: str) -> Check:
    """All is well."""
    return Check(name, Status.PASS, detail)
