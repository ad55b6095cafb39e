"""Names as they stand in an expression."""

from __future__ import annotations

import re

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_RESERVED = {"order", "user", "group", "is", "date", "select"}


def quoted(name: str) -> str:
    """The name as it stands in an expression."""
    return name if _PLAIN_NAME.fullmatch(name) and name not in _RESERVED else f'"{name}"'
