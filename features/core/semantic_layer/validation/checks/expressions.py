"""Expressions that cannot be understood: computed columns, segments and measures."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from semantic_layer.errors import Problem, SemanticError
from semantic_layer.graph import computed_column
from semantic_layer.model import Source
from semantic_layer.resolve.measures import declared_formula
from semantic_layer.resolve.segments import segment_rows
from semantic_layer.validation.place import placed_in_text
from semantic_layer.validation.readable import ReadableModel

_SAYS_WHAT_EXISTS = frozenset({"unknown-column", "unknown-source", "unknown-measure"})


def check_expressions(model: ReadableModel) -> Iterator[Problem]:
    """What the compiler would refuse when a query first names the expression.

    An expression made of a bad one is refused with the place of the bad one, so each cause is found once.
    """
    for source in model.sources:
        for resolve, texts in _expressions(model, source):
            try:
                resolve()
            except SemanticError as error:
                proves_nothing = error.code in _SAYS_WHAT_EXISTS and any(map(model.concerns_unread, texts))
                if not proves_nothing:
                    yield _by_position(model, error.problem)


def _expressions(model: ReadableModel, source: Source) -> Iterator[tuple[Callable[[], object], list[str]]]:
    """What resolves each expression of a source, and the texts it consists of."""
    index, name = model.index, source.name
    for column in source.columns:
        if column.expr is not None:
            yield partial(computed_column, index, name, column.name), [column.expr]
    for segment in source.segments:
        yield partial(segment_rows, index, name, segment.name), [segment.expr]
    for measure in source.measures:
        yield partial(declared_formula, index, (name, measure.name)), [measure.expr, measure.filter or ""]


def _by_position(model: ReadableModel, problem: Problem) -> Problem:
    """The same problem with `measures[2].expr` for `measures.revenue.expr`: paths lead into lists by position."""
    where = problem.where
    source = model.index.sources.get(where.source or "")
    if source is None or where.field is None:
        return problem
    for field in ("columns", "segments", "measures"):
        for position_, item in enumerate(getattr(source, field)):
            prefix = f"{field}.{item.name}."
            if where.field.startswith(prefix):
                key = where.field.removeprefix(prefix)
                path = f"{field}[{position_}].{key}"
                placed = placed_in_text(problem, getattr(item, key, None), dialect=model.dialect)
                return replace(placed, where=replace(placed.where, source=source.name, field=path))
    return problem
