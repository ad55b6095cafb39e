"""Measures that read other sources: whether a join leads there, and whether it repeats the measure's rows."""

from collections.abc import Iterator

from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.expressions import SELF, is_safe_under_repetition
from semantic_layer.graph import best_path
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
                if leaf.home == source.name:
                    yield from _leaf(model, source, position, leaf)


def _leaf(model: ReadableModel, source: Source, position: int, leaf: Leaf) -> Iterator[Problem]:
    for role in leaf.aggregate.roles:
        where = Where(source.name, f"measures[{position}].expr")
        safe = is_safe_under_repetition(leaf.aggregate.tree)
        yield from _way(model, source, role, where, may_repeat=safe)
    for condition in leaf.filters:
        for role in condition.roles:
            yield from _way(model, source, role, Where(source.name, f"measures[{position}].filter"), may_repeat=True)


def _way(model: ReadableModel, source: Source, role: str, where: Where, *, may_repeat: bool) -> Iterator[Problem]:
    if role == SELF:
        return
    try:
        path = best_path(model.index, source.name, role)
    except SemanticError as error:
        yield error.at(source=where.source, field=where.field).problem
        return
    if path is None:
        yield Problem("unreachable-source", f"no join connects {source.name!r} with {role!r}", where)
    elif path.multiplies and not may_repeat:
        yield Problem("fan-out", f"{path} repeats the rows of {source.name!r}", where)
