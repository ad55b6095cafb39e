"""What can be told of a source that is off: enough to know which queries touch it, and to refuse those alone.

Leaving such a source out would be worse than refusing everything: a bare name that it shares would no longer be
ambiguous, and a path would go round it. So it keeps its name, its joins and the names of what it declares.
"""

from collections.abc import Callable, Mapping
from typing import TypeGuard, TypeVar

from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.frozen import frozen
from semantic_layer.model.parse import parse_source, source_problems
from semantic_layer.model.source import Column, Join, Measure, Relationship, Segment, Source

T = TypeVar("T")


@frozen
class ReadSource:
    """A source, whole; or what could be saved of one, with what is wrong with it."""

    source: Source
    problems: tuple[Problem, ...] = ()


def read_source(raw: Mapping[str, object]) -> ReadSource:
    """The source, saved as far as possible where its shape is off.

    Raises SemanticError for one without a name: no query could be told from another by it.
    """
    try:
        source = parse_source(raw)
    except SemanticError:
        if not isinstance(raw, Mapping) or not _is_name(raw.get("name")):
            raise
        return ReadSource(_saved(raw), source_problems(raw))
    twice = _name_given_twice(source)
    return ReadSource(source) if twice is None else ReadSource(_saved(raw), (twice,))


def _saved(raw: Mapping[str, object]) -> Source:
    name = str(raw["name"])
    return Source.model_construct(
        name=name,
        table=name,
        grain=tuple(filter(_is_name, _items(raw, "grain"))),
        columns=_named(raw, "columns", lambda column: Column.model_construct(name=column)),
        measures=_named(raw, "measures", lambda measure: Measure.model_construct(name=measure, expr="count(*)")),
        segments=_named(raw, "segments", lambda segment: Segment.model_construct(name=segment, expr="1 = 1")),
        joins=tuple(join for item in _items(raw, "joins") if (join := _saved_join(item)) is not None),
    )


def _saved_join(item: object) -> Join | None:
    if not isinstance(item, Mapping) or not _is_name(item.get("to")):
        return None
    on, alias, relationship = item.get("on"), item.get("alias"), item.get("relationship")
    return Join.model_construct(
        to=str(item["to"]),
        on=on if _is_name(on) else "1 = 1",
        alias=alias if _is_name(alias) else None,
        relationship=Relationship(relationship) if relationship in list(Relationship) else Relationship.MANY_TO_ONE,
    )


def _named(raw: Mapping[str, object], key: str, make: Callable[[str], T]) -> tuple[T, ...]:
    """What `make` gives for every name that is declared under a key, each once."""
    names = [item.get("name") for item in _items(raw, key) if isinstance(item, Mapping)]
    return tuple(make(str(name)) for name in dict.fromkeys(filter(_is_name, names)))


def _items(raw: Mapping[str, object], key: str) -> list[object]:
    found = raw.get(key)
    return list(found) if isinstance(found, list | tuple) else []


def _is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value)


def _name_given_twice(source: Source) -> Problem | None:
    for field in ("columns", "measures", "segments"):
        seen: set[str] = set()
        for position, item in enumerate(getattr(source, field)):
            if item.name in seen:
                message = f"two {field} of {source.name!r} are named {item.name!r}"
                return Problem("duplicate-name", message, Where(source.name, f"{field}[{position}].name"))
            seen.add(item.name)
    return None
