"""A YAML document as a tree that remembers where everything stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PathStep = str | int
Path = tuple[PathStep, ...]
"""How to reach a value in a document: mapping keys and list indices, from the top."""


@dataclass(frozen=True, slots=True)
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
    """A mapping, as written: repeated keys and merge keys still stand in it."""

    mark: Mark
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)


Node = Scalar | Items | Entries

MERGE_KEY = "<<"


def is_merge_key(key: Scalar) -> bool:
    """Whether `key` is YAML 1.1's `<<`, which copies the entries of another mapping."""
    return key.text == MERGE_KEY and key.style is None and key.tag is None


def merged_entries(node: Entries) -> Mapping[str, tuple[Scalar, Node]]:
    """The entries of `node` by key, those of merged mappings included; what is written here wins."""
    found: dict[str, tuple[Scalar, Node]] = {}
    for key, value in node.entries:
        if is_merge_key(key):
            for merged in _merged_mappings(value):
                for name, entry in merged_entries(merged).items():
                    found.setdefault(name, entry)
    for key, value in node.entries:
        if not is_merge_key(key):
            found[key.text] = (key, value)
    return found


def _merged_mappings(value: Node) -> Sequence[Entries]:
    if isinstance(value, Entries):
        return (value,)
    if isinstance(value, Items):
        return tuple(item for item in value.items if isinstance(item, Entries))
    return ()
