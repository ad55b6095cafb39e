"""A check, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.release_check.bench import Bench


class CheckFailed(Exception):
    """What was found does not hold."""


class CheckSkipped(Exception):
    """It cannot be made here, or was not asked for."""


class Outcome(Enum):
    """The three ways to end."""

    PASS = "pass"  # noqa: S105 - a word of the report
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """`run` raises `CheckFailed` or `CheckSkipped`, or returns what was seen. An `optional` one may be skipped."""

    number: int
    name: str
    run: Callable[[Bench], str]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the report. `log` is everything that was run and printed, and is shown for a failure."""

    check: Check
    outcome: Outcome
    seconds: float
    detail: str
    log: str


def require(condition: object, message: str) -> None:
    """Fail with `message` unless it holds."""
    if not condition:
        raise CheckFailed(message)
