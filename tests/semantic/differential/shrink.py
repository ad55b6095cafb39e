"""Makes a failing case small: leaves out one part after the other for as long as it fails in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from asking import World
from engines import Engine, Table
from generation import Case

from differential.compare import Failure, compare

MOST_TRIES = 400
LISTS = ("filters", "segments", "order_by", "dimensions", "measures")


def shrink(case: Case, failure: Failure, engine: Engine) -> tuple[Case, Failure]:
    """The smallest case found that fails in the same way, and how it fails."""
    tries = 0
    improved = True
    while improved:
        improved = False
        for smaller in _smaller(case):
            tries += 1
            if tries > MOST_TRIES:
                return case, failure
            found = _failure(smaller, engine)
            if found is not None and found.kind == failure.kind:
                case, failure, improved = smaller, found, True
                break
    return case, failure


def _failure(case: Case, engine: Engine) -> Failure | None:
    try:
        expected = case.expected()
    except Exception:  # noqa: BLE001 - smaller, but no longer a case: names that lead nowhere, text that does not parse
        return None
    return compare(case, engine, expected)


def _smaller(case: Case) -> Iterator[Case]:
    for query in _smaller_queries(dict(case.query)):
        yield replace(case, query=query)
    yield from _without_sources(case)
    yield from _with_smaller_sources(case)
    for number, held in enumerate(case.world.tables):
        for row in range(len(held.rows)):
            fewer = Table(held.name, held.columns, held.rows[:row] + held.rows[row + 1 :])
            tables = (*case.world.tables[:number], fewer, *case.world.tables[number + 1 :])
            yield replace(case, world=World(case.world.sources, tables))


def _smaller_queries(query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "limit" in query:
        # Without its order a limit leaves any rows.
        query = {name: value for name, value in query.items() if name != "limit"}
        yield query
        return
    for key in LISTS:
        for number in range(len(query.get(key, ()))):
            yield {**query, key: query[key][:number] + query[key][number + 1 :]}
    for key in ("include_empty", "order_by"):
        if key in query:
            yield {name: value for name, value in query.items() if name != key}


def _without_sources(case: Case) -> Iterator[Case]:
    for source in case.world.sources:
        name = source["name"]
        kept = tuple(
            {**other, "joins": [join for join in other["joins"] if join["to"] != name]}
            for other in case.world.sources
            if other is not source
        )
        table = case.rows_of[name]
        tables = tuple(held for held in case.world.tables if held.name != table)
        rows_of = {other: held for other, held in case.rows_of.items() if other != name}
        yield replace(case, world=World(kept, tables), rows_of=rows_of)


def _with_smaller_sources(case: Case) -> Iterator[Case]:
    for number, source in enumerate(case.world.sources):
        for key in ("measures", "segments", "joins"):
            for entry in source[key]:
                yield _with_source(
                    case, number, {**source, key: [other for other in source[key] if other is not entry]}
                )
        for column in source["columns"]:
            if column.get("expr"):
                columns = [other for other in source["columns"] if other is not column]
                yield _with_source(case, number, {**source, "columns": columns})


def _with_source(case: Case, number: int, source: dict[str, Any]) -> Case:
    sources = (*case.world.sources[:number], source, *case.world.sources[number + 1 :])
    return replace(case, world=World(sources, case.world.tables))
