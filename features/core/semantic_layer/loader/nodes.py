"""A YAML document as a tree that remembers where everything stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from semantic_layer.frozen import frozen

PathStep = str | int
Path = tuple[PathStep, ...]
"""How to reach a value in a document: mapping keys and list indices, from the top."""


@frozen
class Mark:
    """A place in a text; both numbers count from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Scalar:
    """A single value. `style` is the quote or block character, None for a plain one; `tag` only where written."""

    text: str
    mark: Mark
    style: str | None = None
    tag: str | None = None


@dataclass(slots=True)
class Items:
    """A sequence."""

    mark: Mark
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Entries:
    """A mapping: key and value by the key's text. What a merge key (`<<`) copies stands in it as if written there."""

    mark: Mark
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


Node = Scalar | Items | Entries
