"""Answers that somebody else is at work on: waited for without a thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Deferred(Generic[T_co]):
    """What `resume` gives once `future` is done, and only then; cancelling `future` says that nobody wants it.

    The thread that has finished `future` may be the one that calls `resume`.
    """

    future: Future[Any]
    resume: Callable[[], T_co]
