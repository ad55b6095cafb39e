"""What a model offers to queries: sources with their measures, dimensions and segments, in words."""

from collections.abc import Iterable, Mapping
from typing import cast

from semantic_layer.frozen import frozen
from semantic_layer.model.source import DESCRIPTION_ORDER

Item = Mapping[str, object]


@frozen
class Member:
    """Something that a query can name. `kind` is source, measure, dimension or segment."""

    kind: str
    source: str
    name: str
    description: str | None
    type: str | None = None
    expr: str | None = None

    @property
    def qualified(self) -> str:
        """The name as a query writes it."""
        return self.source if self.kind == "source" else f"{self.source}.{self.name}"


def members_of(source: Item) -> tuple[Member, ...]:
    """The source itself, then its measures, public columns and segments, each in the order of the model."""
    name = str(source["name"])
    return (
        Member("source", name, name, described(source), "sql" if source.get("sql") else "table"),
        *(_member("measure", name, item) for item in items(source, "measures")),
        *(_member("dimension", name, item) for item in items(source, "columns") if is_public(item)),
        *(_member("segment", name, item) for item in items(source, "segments")),
    )


def items(source: Item, key: str) -> list[Item]:
    """The objects under `key`; what has another shape is `sl validate`'s to report."""
    found = source.get(key)
    return (
        [cast("Item", item) for item in found if isinstance(item, Mapping) and "name" in item]
        if isinstance(found, list | tuple)
        else []
    )


def is_public(column: Item) -> bool:
    """Whether queries may name the column."""
    return column.get("visibility", "public") == "public"


def described(item: Item) -> str | None:
    """`description`, else the words of user, ai, dbt, db, else the first that are not empty (semantics.md)."""
    if item.get("description"):
        return str(item["description"])
    found = item.get("descriptions")
    texts: Mapping[str, object] = found if isinstance(found, Mapping) else {}
    candidates: Iterable[object] = (*(texts.get(key) for key in DESCRIPTION_ORDER), *texts.values())
    return next((str(text) for text in candidates if text), None)


def _member(kind: str, source: str, item: Item) -> Member:
    return Member(
        kind=kind,
        source=source,
        name=str(item["name"]),
        description=described(item),
        type=str(item["type"]) if item.get("type") else None,
        expr=str(item["expr"]) if item.get("expr") else None,
    )
