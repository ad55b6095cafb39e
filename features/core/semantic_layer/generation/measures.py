"""The measures that any table suggests: how many rows, and totals and averages of its numbers."""

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.generation.names import column, text
from semantic_layer.generation.scan import ScannedTable

_IDENTIFIER_NAMES = frozenset({"id", "identifier", "uuid"})
_IDENTIFIER_ENDINGS = ("_id", "_key", "_pk", "_uuid")


def measures_of(table: ScannedTable, types: dict[str, str], dialect: str) -> Iterator[dict[str, str]]:
    """Measures with names that differ in more than letter case. `types` is by column name."""
    taken: set[str] = set()
    for name, expression in _suggested(table, types, dialect):
        free = _free(name, taken)
        taken.add(free.lower())
        yield {"name": free, "expr": text(expression, dialect)}


def _suggested(table: ScannedTable, types: dict[str, str], dialect: str) -> Iterator[tuple[str, exp.Expr]]:
    if table.key:
        yield "record_count", exp.Count(this=column(table.key[0], dialect))
    for name, kind in types.items():
        if kind == "number" and not is_identifier(name):
            yield f"total_{name}", exp.Sum(this=column(name, dialect))
            yield f"avg_{name}", exp.Avg(this=column(name, dialect))


def sums_of(name: str, dialect: str) -> tuple[str, str]:
    """The expressions of the measures that a column of that name suggests when it is a number."""
    return text(exp.Sum(this=column(name, dialect)), dialect), text(exp.Avg(this=column(name, dialect)), dialect)


def is_identifier(name: str) -> bool:
    """Whether a number of that name identifies something, so that its sum says nothing."""
    lower = name.lower()
    return lower in _IDENTIFIER_NAMES or lower.endswith(_IDENTIFIER_ENDINGS)


def _free(name: str, taken: set[str]) -> str:
    candidate, number = name, 1
    while candidate.lower() in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate
