"""Measures that read other sources: whether a join leads there, and whether it repeats the measure's rows."""

from collections.abc import Iterator

from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.expressions import SELF
from semantic_layer.graph import best_path, upward_path
from semantic_layer.model import Source
from semantic_layer.resolve.formula import Leaf
from semantic_layer.resolve.measures import declared_formula
from semantic_layer.validation.readable import ReadableModel


def check_reach(model: ReadableModel) -> Iterator[Problem]:
    """What a measure reads elsewhere must be reached by one best path; what it aggregates, without repeating rows."""
    if model.unread:
        return  # a path may lead through a source that could not be read
    for source in model.sources:
        for position, measure in enumerate(source.measures):
            try:
                formula = declared_formula(model.index, (source.name, measure.name))
            except SemanticError:
                continue  # check_expressions says why
            for leaf in formula.leaves:
                yield from _leaf(model, source, position, leaf)


def _leaf(model: ReadableModel, source: Source, position: int, leaf: Leaf) -> Iterator[Problem]:
    """What this measure itself says of a leaf; what a measure that it names says is found there."""
    measure = source.measures[position]
    paths = {segment.expr: "segments" for segment in source.segments if segment.name in measure.segments}
    paths |= {measure.filter or "": "filter", measure.expr: "expr"}
    for part in (leaf.aggregate, *leaf.filters):
        key = paths.get(part.text)
        if key is not None:
            where = Where(source.name, f"measures[{position}].{key}")
            for role in part.roles:
                if role != SELF:
                    yield from _way(model, leaf, role, where, aggregated=part is leaf.aggregate)


def _way(model: ReadableModel, leaf: Leaf, role: str, where: Where, *, aggregated: bool) -> Iterator[Problem]:
    try:
        path = (upward_path if aggregated else best_path)(model.index, leaf.home, role)
    except SemanticError as error:
        yield error.at(source=where.source, field=where.field).problem
        return
    if path is None and aggregated:
        message = f"{leaf.aggregate.text!r} reads {role!r}, of which a row of {leaf.home!r} has not exactly one"
        yield Problem("fan-out", message, where, hint=f"declare the measure in {role!r}")
    elif path is None:
        yield Problem("unreachable-filter", f"no join connects {leaf.home!r} with {role!r}", where)
