"""What may be typed for an argument of a command."""

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from ktx_runtime.api.command import Invocation
from ktx_runtime.api.reference import CodeReference, resolve_reference


@dataclass(frozen=True, slots=True)
class Completion:
    """`begun` is what stands at the cursor; `said` what the arguments before it say, by their name in the options."""

    begun: str
    said: Mapping[str, str]
    invocation: Invocation


Completer = Callable[[Completion], Iterable[str | tuple[str, str]]]
"""The values of an argument, each perhaps with what it means. What does not begin as `begun` does is dropped.

It is called when somebody presses a key: it answers in a tenth of a second, changes nothing, and may raise; nothing is
completed then.
"""

_ATTRIBUTE = "ktx_completer"


def completed_by(action: argparse.Action, completer: CodeReference) -> None:
    """Let the `Completer` that is named say which values the argument may have.

        completed_by(parser.add_argument("who"), "hello.completing:people")

    It is imported when somebody completes, and never when the command runs.
    """
    setattr(action, _ATTRIBUTE, completer)


def completer_of(action: argparse.Action) -> Completer | None:
    """What `completed_by` was told, imported."""
    reference: CodeReference | None = getattr(action, _ATTRIBUTE, None)
    return None if reference is None else cast("Completer", resolve_reference(reference))
