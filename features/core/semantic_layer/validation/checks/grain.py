"""Columns that a source names outside its expressions: its grain and its default time dimension."""

from collections.abc import Iterator

from semantic_layer.errors import Problem, Where, nearest
from semantic_layer.model import ColumnType, Source
from semantic_layer.validation.readable import ReadableModel


def check_grain(model: ReadableModel) -> Iterator[Problem]:
    """Grain columns and default time dimensions that are no columns. A source that lists no columns is not judged."""
    for source in model.sources:
        if source.columns:
            yield from _grain(source)
            yield from _time_dimensions(source)


def _grain(source: Source) -> Iterator[Problem]:
    columns = {column.name.casefold(): column.name for column in source.columns}
    for position, name in enumerate(source.grain):
        if name.casefold() not in columns:
            where = Where(source.name, f"grain[{position}]")
            near = nearest(name, columns.values())
            hint = "list the column; visibility: hidden keeps it out of queries"
            yield Problem("unknown-grain-column", f"the grain column {name!r} is not a column", where, near, hint)


def _time_dimensions(source: Source) -> Iterator[Problem]:
    columns = {column.name: column for column in source.columns}
    for tool, name in (source.default_time_dimension or {}).items():
        where = Where(source.name, f"default_time_dimension.{tool}")
        column = columns.get(name)
        if column is None:
            message = f"the default time dimension {name!r} is not a column"
            yield Problem("unknown-time-dimension", message, where, nearest(name, columns))
        elif column.type not in (None, ColumnType.TIME):
            yield Problem("time-dimension-type", f"{name!r} is a {column.type}, not a time", where)
