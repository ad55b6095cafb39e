"""Names that stand for two things."""

from collections.abc import Iterator, Sequence

from semantic_layer.errors import Problem, Where
from semantic_layer.model import Column, Join, Measure, Segment, Source
from semantic_layer.validation.readable import ReadableModel


def check_names(model: ReadableModel) -> Iterator[Problem]:
    """Duplicate columns, measures and segments; aliases that clash; targets that cannot be told apart."""
    claimed = _claimed(model)
    for source in model.declared:
        yield from _duplicates(source, "columns", "column", source.columns)
        yield from _duplicates(source, "measures", "measure", source.measures)
        yield from _duplicates(source, "segments", "segment", source.segments)
        for position, join in enumerate(source.joins):
            where = Where(source.name, f"joins[{position}].{'alias' if join.alias else 'to'}")
            problem = _join_name(model, source, join, claimed)
            if problem is not None:
                code, message, hint = problem
                yield Problem(code, message, where, hint=hint)
        yield from _ambiguous(source)


def _duplicates(
    source: Source, field: str, kind: str, items: Sequence[Column | Measure | Segment]
) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for position, item in enumerate(items):
        if item.name in first:
            where = Where(source.name, f"{field}[{position}].name")
            message = f"two {kind}s are named {item.name!r}, the other is {field}[{first[item.name]}]"
            yield Problem(f"duplicate-{kind}", message, where)
        first.setdefault(item.name, position)


def _claimed(model: ReadableModel) -> dict[str, str]:
    """The target that each alias was first declared for."""
    claimed: dict[str, str] = {}
    for source in model.sources:
        for join in source.joins:
            if join.alias is not None:
                claimed.setdefault(join.alias, join.to)
    return claimed


def _join_name(
    model: ReadableModel, source: Source, join: Join, claimed: dict[str, str]
) -> tuple[str, str, str | None] | None:
    known = model.index.sources.keys() | model.unread
    if join.alias is None:
        if join.to == source.name:
            hint = "give the join an alias: the name of the other side"
            return "self-join-without-alias", f"{source.name!r} joins itself without an alias", hint
        return None
    if join.alias in known and join.alias != join.to:
        return "alias-clash", f"the alias {join.alias!r} is the name of a source", "choose another alias"
    if join.alias == source.name:
        return "alias-clash", f"the alias {join.alias!r} is the name of the source itself", "choose another alias"
    if claimed[join.alias] != join.to:
        message = f"the alias {join.alias!r} stands for {claimed[join.alias]!r} and for {join.to!r}"
        return "alias-clash", message, "give each role a name of its own"
    return None


def _ambiguous(source: Source) -> Iterator[Problem]:
    first: dict[str, Join] = {}
    for position, join in enumerate(source.joins):
        known = first.setdefault(join.role, join)
        if known is not join and " ".join(known.on.split()) != " ".join(join.on.split()):
            message = f"two different joins lead to {join.role!r}"
            where = Where(source.name, f"joins[{position}]")
            yield Problem("ambiguous-join", message, where, hint="give each join an alias of its own")
