"""One value as text: as people read it in a table, and exactly, as programs read it in CSV."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from ktx_runtime.api import scalar_text, to_json

NULL = "NULL"

_LARGEST_PLAIN_FLOAT = 1e15
_LARGEST_PLAIN_EXPONENT = 40
_PLAIN_FLOAT = re.compile(r"-?\d+\.\d+")
_MOST_ALIGNED_DECIMALS = 6
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def is_number(value: object) -> bool:
    """Whether a table aligns `value` to the right."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def cell_text(value: object) -> str:
    """`value` in a table: one line, nothing in it that a terminal would obey.

    A float shows 15 significant digits, which all floats keep, so that 0.1 + 0.2 reads 0.3; CSV and JSON have it
    whole. The text NULL is shown in quotes: it is not a NULL.
    """
    if value is None:
        return NULL
    if isinstance(value, str):
        return f'"{NULL}"' if value == NULL else visible(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    return visible(exact_text(value))


def column_texts(values: Sequence[object]) -> tuple[str, ...]:
    """The values of one column: floats with equally many decimals, so that their points stand below each other."""
    texts = [cell_text(value) for value in values]
    floats = [text for value, text in zip(values, texts, strict=True) if isinstance(value, float)]
    if not floats or not all(_PLAIN_FLOAT.fullmatch(text) for text in floats):
        return tuple(texts)
    decimals = max(len(text.partition(".")[2]) for text in floats)
    if decimals > _MOST_ALIGNED_DECIMALS:
        return tuple(texts)
    return tuple(
        text + "0" * (decimals - len(text.partition(".")[2])) if isinstance(value, float) else text
        for value, text in zip(values, texts, strict=True)
    )


def exact_text(value: object) -> str:  # noqa: PLR0911 - one line per type reads best
    """`value` in CSV, with every digit; a NULL is an empty text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        return to_json(json_value(value))
    try:
        return scalar_text(value)
    except TypeError:
        return str(value)


def json_value(value: object) -> object:
    """`value` as `to_json` takes it: a driver's own types become their text."""
    if isinstance(value, Mapping):
        return {str(key): json_value(member) for key, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(member) for member in value]
    if value is None or isinstance(value, str | int | float | Decimal):
        return value
    try:
        return scalar_text(value)
    except TypeError:
        return str(value)


def visible(text: str) -> str:
    """`text` with control, formatting and line-separating characters spelled out."""
    if text.isprintable():
        return text
    return "".join(
        _spelled(character) if unicodedata.category(character) in _INVISIBLE else character for character in text
    )


def _spelled(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    number = ord(character)
    return f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004


def _float(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) < _LARGEST_PLAIN_FLOAT:
        return f"{value:.1f}"
    return format(value, ".15g")


def _decimal(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and abs(exponent) <= _LARGEST_PLAIN_EXPONENT:
        return format(value, "f")
    return str(value)
