"""From the name that an author gives to all the names that a plugin has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ktx_runtime.api import UsageError
from ktx_runtime.registry import Catalogue
from ktx_runtime.registry.reserved import COMMAND_WORDS

_PREFIX = "ktx-"
_FEATURE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40
_DEVICES = frozenset(
    {"aux", "con", "nul", "prn", *(f"com{number}" for number in range(10)), *(f"lpt{number}" for number in range(10))}
)
"""Names that no file or directory can have on Windows, whatever its ending."""


@dataclass(frozen=True, slots=True)
class PluginNames:
    """`feature` is also the name of its command, its entry point and its route; `title` stands at the head of prose."""

    feature: str

    @property
    def distribution(self) -> str:
        """What an installer calls it."""
        return f"{_PREFIX}{self.feature}"

    @property
    def module(self) -> str:
        """What Python imports."""
        return self.distribution.replace("-", "_")


def plugin_names(text: str, *, known: Catalogue) -> PluginNames:
    """The names of the plugin that an author calls `text`: `hello`, `ktx-hello` and `Hello` are the same.

    `known` is what ktx brings itself. Raises `UsageError` (code `plugin-name`) for a name that cannot be had.
    """
    feature = re.sub(r"[-_.]+", "-", text).casefold()
    feature = feature.removeprefix(_PREFIX)
    problem = _problem(feature, known)
    if problem is not None:
        raise UsageError(f"{problem}: {text}", code="plugin-name", hint="choose another name, such as: hello-world")
    return PluginNames(feature)


def _problem(feature: str, known: Catalogue) -> str | None:
    if not feature.isascii() or not _FEATURE.fullmatch(feature):
        return "a plugin's name is words of the letters a to z and digits, joined by dashes, and begins with a letter"
    if len(feature) > _LONGEST:
        return f"a plugin's name has at most {_LONGEST} characters"
    if feature in _DEVICES:
        return "no directory can have that name on Windows"
    if feature == "ktx" or feature in COMMAND_WORDS or feature in _taken(known):
        return "that name is taken by ktx itself"
    return None


def _taken(known: Catalogue) -> Iterable[str]:
    """Names of features, of operations, and the first words of commands."""
    return {
        *(entry.feature.name for entry in known.features),
        *known.operations(),
        *(name.split(" ")[0] for name in known.commands()),
    }
