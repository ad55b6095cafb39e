"""Values of a model file, looked at without trusting their shape."""

from collections.abc import Mapping
from typing import Any

Entry = dict[str, Any]
"""A mapping of a file: its values are whatever stands there."""


def mappings_in(value: object) -> list[Entry]:
    """The mappings in `value` where it is a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list | tuple) else []


def at(value: object, *path: str) -> object:
    """What stands at `path`, None where nothing does."""
    for step in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value
