"""Asking: compile a query for an engine, run it there, hold the answer against the expected rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from engines import SEMANTIC_TYPE, Engine, Result, Table, difference
from engines.duckdb import DuckdbEngine
from reference import evaluate

import semantic_layer

Source = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """A model and the data that it describes."""

    sources: tuple[Source, ...]
    tables: tuple[Table, ...]

    def but(self, *sources: Source, tables: Sequence[Table] = ()) -> World:
        """The same with some sources (by name) or tables replaced, or added."""
        kept = {source["name"]: source for source in self.sources} | {source["name"]: source for source in sources}
        held = {one.name: one for one in self.tables} | {one.name: one for one in tables}
        return World(tuple(kept.values()), tuple(held.values()))


def world(*parts: Source | Table) -> World:
    """Sources and tables, in any order."""
    tables = tuple(part for part in parts if isinstance(part, Table))
    return World(tuple(part for part in parts if not isinstance(part, Table)), tables)


def source(described: Table, *, grain: Sequence[str] = ("id",), name: str | None = None, **keys: Any) -> Source:
    """A source over a table with all its columns; ``columns`` adds computed ones or replaces those of that name."""
    columns = {column.name: {"name": column.name, "type": SEMANTIC_TYPE[column.type]} for column in described.columns}
    columns |= {column["name"]: column for column in keys.pop("columns", ())}
    made = {"name": name or described.name, "grain": list(grain), "columns": list(columns.values()), **keys}
    return made if "sql" in made else {"table": described.name, **made}


def measures(**expressions: str | Mapping[str, Any]) -> list[dict[str, Any]]:
    """Measures from ``name=expression``, or ``name={"expr": …, "filter": …}``."""
    return [
        {"name": name, **({"expr": given} if isinstance(given, str) else given)} for name, given in expressions.items()
    ]


@dataclass
class Answer:
    """The rows of a compiled query, with what is needed to say how they came about."""

    sql: str
    result: Result
    wire: Mapping[str, Any] = field(repr=False)

    @property
    def warnings(self) -> list[str]:
        """The warnings' messages."""
        return [warning["message"] for warning in self.wire["warnings"]]

    def gives(self, *rows: Sequence[object], ordered: bool = False) -> Answer:
        """Fail unless the rows are these."""
        told = difference(rows, self.result.rows, ordered=ordered)
        assert told is None, f"\n{told}\n{self.sql}"
        return self

    def gives_any_of(self, *answers: Sequence[Sequence[object]]) -> Answer:
        """Fail unless the rows are one of these answers (readings that are equally right)."""
        told = [difference(rows, self.result.rows, ordered=False) for rows in answers]
        assert None in told, "\nor ".join(str(one) for one in told) + f"\n{self.sql}"
        return self

    def warns_of(self, *words: str) -> Answer:
        """Fail unless one warning has all the words."""
        assert any(all(word in message for word in words) for message in self.warnings), (words, self.warnings)
        return self

    def is_silent(self) -> Answer:
        """Fail if there is any warning."""
        assert self.warnings == []
        return self


class Ask:
    """Asks one engine. Every answer is also held against what is true of all: see `_check_form`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __call__(
        self,
        asked: World,
        measures: Sequence[str | Mapping[str, str]] = (),
        dimensions: Sequence[str | Mapping[str, str]] = (),
        **rest: Any,
    ) -> Answer:
        """Compile and run the query; ``rest`` are further keys of the query model."""
        query = {"measures": list(measures), "dimensions": list(dimensions), **rest}
        try:
            wire = compiled(asked.sources, query, dialect=self.engine.dialect)
        except semantic_layer.SemanticError as error:
            if self.engine.is_optional and self.engine.dialect in error.message:
                pytest.skip(f"refused by name (optional engine): {error.message}")
            raise
        with self.engine.holding(asked.tables):
            try:
                result = self.engine.run(wire["sql"])
            except Exception as error:
                raise AssertionError(f"{self.engine.name} rejects the SQL: {error}\n{wire['sql']}") from error
        _check_form(wire, query, result)
        return Answer(wire["sql"], result, wire)

    def quote(self, name: str) -> str:
        """The name as it stands in an expression for the engine."""
        return self.engine.identifier(name)

    def by_hand(self, asked: World, sql: str) -> tuple[tuple[object, ...], ...]:
        """The rows of hand-written SQL on the same data."""
        with self.engine.holding(asked.tables):
            return self.engine.run(sql).rows


@dataclass(frozen=True)
class Refusal:
    """How the compiler refused."""

    code: str
    text: str

    def names(self, *words: str) -> Refusal:
        """Fail unless the message and its hint name all of these."""
        missing = [word for word in words if word.casefold() not in self.text.casefold()]
        assert not missing, f"the refusal does not name {missing}: [{self.code}] {self.text}"
        return self


def refusal(
    asked: World | Sequence[Source],
    measures: Sequence[Any] = (),
    dimensions: Sequence[Any] = (),
    *,
    dialect: str = "duckdb",
    **rest: Any,
) -> Refusal:
    """Fail unless the compiler refuses the query, in the form that every refusal has."""
    sources = asked.sources if isinstance(asked, World) else asked
    query = {"measures": list(measures), "dimensions": list(dimensions), **rest}
    with pytest.raises(semantic_layer.SemanticError) as caught:
        pytest.fail(f"not refused:\n{semantic_layer.compile_query(sources, query, dialect=dialect).to_wire()['sql']}")
    error = caught.value
    assert KEBAB.fullmatch(error.code), error.code
    assert error.message
    assert len(error.near) <= MOST_NEAR_NAMES
    parts = [error.message, error.where, error.hint, *error.near]
    return Refusal(error.code, " · ".join(str(part) for part in parts if part))


KEBAB = re.compile(r"[a-z]+(-[a-z]+)*")
MOST_NEAR_NAMES = 3


class AskReference(Ask):
    """Asks the reference evaluator instead, so that a case's expected rows are checked a second time."""

    def __init__(self) -> None:
        """Needs no engine."""

    def quote(self, name: str) -> str:
        """The name in the quotes of the standard."""
        return f'"{name}"'

    def __call__(
        self,
        asked: World,
        measures: Sequence[str | Mapping[str, str]] = (),
        dimensions: Sequence[str | Mapping[str, str]] = (),
        **rest: Any,
    ) -> Answer:
        """Evaluate the query in Python."""
        query = {"measures": list(measures), "dimensions": list(dimensions), **rest}
        rows = evaluate(asked.sources, rows_of(asked), query)
        return ReferenceAnswer("(the reference evaluator)", Result((), tuple(rows)), {})


class ReferenceAnswer(Answer):
    """An answer without SQL and warnings."""

    def warns_of(self, *words: str) -> Answer:  # noqa: ARG002 - as in the class above
        """The reference gives no warnings."""
        return self

    def is_silent(self) -> Answer:
        """The reference gives no warnings."""
        return self


def rows_of(asked: World) -> dict[str, list[dict[str, object]]]:
    """Each source's rows; those of a source with SQL of its own come from DuckDB."""
    tables = {one.name: one for one in asked.tables}
    found: dict[str, list[dict[str, object]]] = {}
    for one in asked.sources:
        if "sql" in one:
            duckdb = DuckdbEngine()
            with duckdb.holding(asked.tables):
                result = duckdb.run(one["sql"])
            duckdb.close()
            found[one["name"]] = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
        else:
            held = tables[one["table"]]
            names = [column.name for column in held.columns]
            found[one["name"]] = [dict(zip(names, row, strict=True)) for row in held.rows]
    return found


def compiled(sources: Sequence[Source], query: Mapping[str, Any], *, dialect: str) -> dict[str, Any]:
    """The wire form of the compiled query; the same input must give the same bytes."""
    wire: dict[str, Any] = semantic_layer.compile_query(sources, query, dialect=dialect).to_wire()
    again = semantic_layer.compile_query(sources, query, dialect=dialect)
    assert again.to_wire()["sql"] == wire["sql"], "two compilations of one query differ"
    return wire


def _check_form(wire: Mapping[str, Any], query: Mapping[str, Any], result: Result) -> None:
    """Rule 12: one column for each thing asked, in the order asked, with distinct names that agree with the SQL."""
    aliases = tuple(column["alias"] for column in wire["columns"])
    assert aliases == result.columns, "columns[] disagrees with the SQL"
    assert len({alias.casefold() for alias in aliases}) == len(aliases), "two columns share a name"
    kinds = [column["provenance"] == "dimension" for column in wire["columns"]]
    assert kinds == sorted(kinds, reverse=True), "a measure stands before a dimension"
    assert sum(kinds) <= len(query["dimensions"])
    assert len(kinds) - sum(kinds) <= len(query["measures"])
