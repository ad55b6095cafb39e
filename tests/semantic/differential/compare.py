"""One case on one engine: compile, run, compare with the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engines import Engine, difference
from generation import Case

import semantic_layer


@dataclass(frozen=True)
class Failure:
    """What went wrong: the kind stays the same while a case is made smaller."""

    kind: str
    text: str
    sql: str = ""


def compare(case: Case, engine: Engine, expected: Sequence[Sequence[object]] | None = None) -> Failure | None:
    """What is wrong with the compiler's answer, or None."""
    wanted = case.expected() if expected is None else expected
    try:
        wire = semantic_layer.compile_query(case.world.sources, case.query, dialect=engine.dialect).to_wire()
    except semantic_layer.SemanticError as error:
        if engine.is_optional and engine.dialect in error.message:
            return None  # A construct that the dialect lacks, refused by name.
        return Failure(f"refused {error.code}", error.message)
    with engine.holding(case.world.tables):
        try:
            result = engine.run(wire["sql"])
        except Exception as error:  # noqa: BLE001 - each driver has its own tree of errors
            return Failure("rejected", f"{type(error).__name__}: {error}", wire["sql"])
    aliases = tuple(column["alias"] for column in wire["columns"])
    if aliases != result.columns:
        return Failure("columns", f"columns[] says {aliases}, the SQL gives {result.columns}", wire["sql"])
    told = difference(wanted, result.rows, ordered=case.is_ordered)
    return None if told is None else Failure("rows", told, wire["sql"])
