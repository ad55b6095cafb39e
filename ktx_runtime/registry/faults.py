"""The guard around somebody else's code."""

from __future__ import annotations

import textwrap
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a plugin's code could not be used. `reason` is one line; `traceback` is for the log."""

    reason: str
    traceback: str = ""


def guarded(action: Callable[[], T]) -> T | Fault:
    """Run `action`; whatever it raises becomes a `Fault`, `SystemExit` too. Only ^C goes through."""
    try:
        return action()
    except KeyboardInterrupt:
        raise
    except SystemExit as error:
        return Fault(f"it called sys.exit({error.code!r})", traceback.format_exc())
    except BaseException as error:  # noqa: BLE001 - the isolation boundary: a plugin may raise anything
        return Fault(describe_exception(error), traceback.format_exc())


def describe_exception(error: BaseException) -> str:
    """`error` in one line: its type and its text, shortened."""
    text = textwrap.shorten(_words_of(error), width=300, placeholder=" …")
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _words_of(error: BaseException) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    problems = error.errors(include_url=False, include_context=False)
    return "; ".join(f"{error.title}.{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problems)
