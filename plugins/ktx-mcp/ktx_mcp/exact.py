"""Numbers that arrive as they are: what a client may not hold exactly becomes text, with all its digits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

LARGEST_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 8259, section 6)."""


def exact(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """`value` with integers beyond `LARGEST_INTEGER`, and decimals that are no floats, as text; all text is Unicode."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= LARGEST_INTEGER else str(value)
    if isinstance(value, str):
        # Text that is no Unicode, as a database may hold it, would end the connection.
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [exact(member) for member in value]
    if isinstance(value, dict):
        return {key: exact(member) for key, member in value.items()}
    return value
