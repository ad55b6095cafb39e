"""JSON without loss: every digit of a number stays, and the text is JSON whatever the value holds."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from uuid import UUID

_quote = json.encoder.encode_basestring
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def to_json(value: object, *, indent: int | None = None) -> str:
    """`value` as JSON text; with `indent`, one member a line, but an array of plain values on one line.

    | Python | JSON |
    |---|---|
    | int, finite float, finite Decimal | a number with all its digits (a reader may round, the text does not) |
    | NaN, Infinity, -Infinity | the strings `"NaN"`, `"Infinity"`, `"-Infinity"`: JSON has no such numbers |
    | date, time, datetime | ISO 8601 text; timedelta: as Python prints it |
    | bytes | lower-case hexadecimal text after `\\x` |
    | mapping, sequence, set | object, array |
    | a pydantic model | what its `model_dump` says, by alias |

    Raises TypeError for anything else.
    """
    pieces: list[str] = []
    _write(value, pieces, indent, 0)
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", "".join(pieces))


def _write(value: object, pieces: list[str], indent: int | None, depth: int) -> None:
    if isinstance(value, str) and not isinstance(value, Enum):
        pieces.append(_quote(value))
    elif isinstance(value, Mapping):
        members = [(f"{_quote(_key(key))}: ", member) for key, member in value.items()]
        _write_members("{}", members, pieces, indent, depth)
    elif isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes | bytearray | memoryview):
        flat = indent is not None and not any(isinstance(member, Mapping | list | tuple) for member in value)
        _write_members("[]", [("", member) for member in value], pieces, None if flat else indent, depth)
    elif (dump := getattr(value, "model_dump", None)) is not None:
        _write(dump(by_alias=True), pieces, indent, depth)
    else:
        pieces.append(scalar_json(value))


def _write_members(
    brackets: str, members: Iterable[tuple[str, object]], pieces: list[str], indent: int | None, depth: int
) -> None:
    before = "" if indent is None else "\n" + " " * (indent * (depth + 1))
    separator = brackets[0] + before
    for label, member in members:
        pieces.append(separator)
        pieces.append(label)
        _write(member, pieces, indent, depth + 1)
        separator = ", " if indent is None else "," + before
    if separator[0] == brackets[0]:
        pieces.append(brackets)
        return
    pieces.append(brackets[1] if indent is None else "\n" + " " * (indent * depth) + brackets[1])


def _key(key: object) -> str:
    if isinstance(key, Enum):
        return str(key.value)
    return key if isinstance(key, str) else str(key)


def scalar_json(value: object) -> str:  # noqa: PLR0911 - one line per type reads best
    """One value that is neither mapping nor sequence, as JSON text. Raises TypeError for an unknown type."""
    if value is None:
        return "null"
    if isinstance(value, Enum):
        return scalar_json(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return float.__repr__(value) if math.isfinite(value) else _quote(_non_finite(value))
    if isinstance(value, Decimal):
        return str(value) if value.is_finite() else _quote(_non_finite(value))
    return _quote(scalar_text(value))


def scalar_text(value: object) -> str:
    """A value that JSON has no type for, as text: dates in ISO 8601, bytes in hexadecimal.

    Raises TypeError for an unknown type.
    """
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, UUID | PurePath):
        return str(value)
    raise TypeError(f"no JSON form for a value of type {type(value).__name__}")


def _non_finite(value: float | Decimal) -> str:
    is_nan = value.is_nan() if isinstance(value, Decimal) else math.isnan(value)
    if is_nan:
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
