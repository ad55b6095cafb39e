"""One form for a value, whichever driver returned it, and the comparison of answers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

Plain = float | str | None
Row = tuple[object, ...]

_TIME = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
_RELATIVE_TOLERANCE = 1e-9
_ABSOLUTE_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class OneOf:
    """A cell for which the semantics leave several values open; any of them is right."""

    values: tuple[object, ...]

    def __repr__(self) -> str:
        return " or ".join(map(repr, self.values))


def plain(value: object) -> object:
    """The value as float, text or None: booleans are 0 and 1, times ISO text without a midnight's zeros."""
    if isinstance(value, OneOf):
        return OneOf(tuple(plain(one) for one in value.values))
    if isinstance(value, bool | int | float | Decimal | Fraction):
        return float(value)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(UTC).replace(tzinfo=None)
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and _TIME.fullmatch(value):
        return plain(datetime.fromisoformat(value))
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"a value of {type(value)}: {value!r}")


def plain_rows(rows: Iterable[Sequence[object]]) -> list[Row]:
    """Each row in plain values."""
    return [tuple(plain(value) for value in row) for row in rows]


def same_value(expected: object, got: object) -> bool:
    """Equal, up to the rounding of a floating-point division."""
    if isinstance(expected, OneOf):
        return any(same_value(one, got) for one in expected.values)
    if isinstance(got, OneOf):
        return same_value(got, expected)
    if isinstance(expected, float) and isinstance(got, float):
        return math.isclose(expected, got, rel_tol=_RELATIVE_TOLERANCE, abs_tol=_ABSOLUTE_TOLERANCE)
    return expected == got


def same_row(expected: Row, got: Row) -> bool:
    """Equal in every column."""
    return len(expected) == len(got) and all(same_value(*pair) for pair in zip(expected, got, strict=True))


def difference(expected: Iterable[Sequence[object]], got: Iterable[Sequence[object]], *, ordered: bool) -> str | None:
    """What differs between two answers (as multisets, or in order), or None."""
    wanted, found = plain_rows(expected), plain_rows(got)
    if ordered:
        if len(wanted) == len(found) and all(same_row(*pair) for pair in zip(wanted, found, strict=True)):
            return None
        return _tell("expected, in this order", wanted) + _tell("got", found)
    missing, surplus = [], list(found)
    for row in wanted:
        match = next((index for index, other in enumerate(surplus) if same_row(row, other)), None)
        if match is None:
            missing.append(row)
        else:
            surplus.pop(match)
    if not missing and not surplus:
        return None
    return _tell("missing", missing) + _tell("surplus", surplus)


def _tell(title: str, rows: Sequence[Row]) -> str:
    return f"{title}:\n" + ("".join(f"  {row}\n" for row in rows) or "  (none)\n")
