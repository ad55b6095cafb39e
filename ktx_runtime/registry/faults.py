"""The guard around somebody else's code."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

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
    """`error` in one line: its type and the first line of its text."""
    text = str(error).strip()
    name = type(error).__name__
    return f"{name}: {text.splitlines()[0]}" if text else name
