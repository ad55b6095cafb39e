"""Joins: where they lead, and whether their condition reads both sides."""

from collections.abc import Iterator

from semantic_layer.errors import Problem, SemanticError, Where, nearest
from semantic_layer.graph import DeclaredJoin, join_condition
from semantic_layer.model import Source
from semantic_layer.validation.place import placed_in_text
from semantic_layer.validation.readable import ReadableModel


def check_joins(model: ReadableModel) -> Iterator[Problem]:
    """Targets that do not exist, and conditions that cannot be understood or leave the target out."""
    known = model.index.sources.keys() | model.unread
    for source in model.sources:
        for position, join in enumerate(source.joins):
            where = Where(source.name, f"joins[{position}].to")
            if join.to == source.name and join.alias is None:
                continue  # check_names asks for the alias without which the condition cannot be read
            if join.to in model.index.sources:
                yield from _condition(model, source, position)
            elif join.to not in known:
                yield Problem("unknown-join-target", f"no source is named {join.to!r}", where, nearest(join.to, known))


def _condition(model: ReadableModel, source: Source, position: int) -> Iterator[Problem]:
    join = source.joins[position]
    try:
        join_condition(model.index, DeclaredJoin(source.name, position, join))
    except SemanticError as error:
        yield placed_in_text(error.problem, join.on, dialect=model.dialect)
