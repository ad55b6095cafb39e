"""Columns that a SQL source declares and its SQL does not select."""

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.errors import Problem, SemanticError, Where, nearest
from semantic_layer.expressions import parse_statement
from semantic_layer.model import Source
from semantic_layer.validation.readable import ReadableModel


def check_projection(model: ReadableModel) -> Iterator[Problem]:
    """SQL that is no query, and declared columns and grain columns that it does not select."""
    for source in model.sources:
        if source.sql is None:
            continue
        try:
            statement = parse_statement(source.sql, model.dialect)
        except SemanticError as error:
            yield error.at(source=source.name, field="sql").problem
            continue
        selected = selected_names(statement)
        if selected is not None:
            yield from _missing(source, selected)


def selected_names(statement: exp.Query) -> tuple[str, ...] | None:
    """The names of the columns of a query; None when the text alone does not tell them (a star, an unnamed column)."""
    names = tuple(statement.named_selects)
    return names if names and all(name and name != "*" for name in names) and not statement.is_star else None


def _missing(source: Source, selected: tuple[str, ...]) -> Iterator[Problem]:
    known = {name.casefold() for name in selected}
    wanted = [(f"columns[{at}].name", column.name) for at, column in enumerate(source.columns) if column.expr is None]
    computed = {column.name for column in source.columns if column.expr is not None}
    listed = {name for _, name in wanted} | computed
    wanted += [(f"grain[{at}]", name) for at, name in enumerate(source.grain) if name not in listed]
    for field, name in wanted:
        if name.casefold() not in known:
            message = f"the source's SQL does not select {name!r}"
            yield Problem("column-not-projected", message, Where(source.name, field), nearest(name, selected))
