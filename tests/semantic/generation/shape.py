"""The shape of a random model: which sources there are, their columns, and how they join.

Every source finds each source above it by one way only (a second join to the same source has an alias), so that no
query is ambiguous by accident; ambiguity has named cases of its own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

from engines import PhysicalType

Declared = Literal["below", "above", "both"]

#: The share of sources that are joined to themselves.
SELF_SHARE = 0.15

PLAIN = ["orders", "parts", "teams", "visits", "plans", "sites", "notes"]
AWKWARD = ["order", "Group Items", "t$1", "user", "Select", "sites", "notes"]
PLAIN_COLUMNS = {"cat": "cat", "num": "num", "amt": "amt", "flag": "flag", "day": "day", "ts": "ts"}
AWKWARD_COLUMNS = {"cat": "group", "num": "Unit Count", "amt": "amount$", "flag": "is", "day": "date", "ts": "At"}
TYPES: dict[str, PhysicalType] = {
    "cat": "string",
    "num": "integer",
    "amt": "decimal",
    "flag": "boolean",
    "day": "date",
    "ts": "timestamp",
}


@dataclass(frozen=True)
class Link:
    """A join from a source to one above it."""

    above: int
    alias: str | None
    declared: Declared
    one_to_one: bool
    swapped: bool
    #: How the condition is written; see ``condition``.
    style: int = 0


@dataclass
class Shape:
    """One source: its name, key, plain columns (kind → name) and joins."""

    name: str
    table: str
    is_query: bool
    key: list[tuple[str, PhysicalType]]
    columns: dict[str, str]
    links: list[Link] = field(default_factory=list)

    def foreign_key(self, link: Link, shapes: list[Shape]) -> list[tuple[str, PhysicalType]]:
        """The columns that hold the key of the row above."""
        above = shapes[link.above]
        prefix = link.alias or f"up{link.above}"
        return [(f"{prefix}_{name}", kind) for name, kind in above.key]


def draw_shape(rng: random.Random, *, plain_names: bool) -> list[Shape]:
    """Draw 2 to 7 sources, the ones without joins first."""
    return _ShapeDrawer(rng, plain_names=plain_names).draw()


class _ShapeDrawer:
    def __init__(self, rng: random.Random, *, plain_names: bool) -> None:
        self.rng = rng
        self.plain_names = plain_names
        self.shapes: list[Shape] = []
        #: For each source, those above it.
        self.above: list[set[int]] = []
        #: Sources that extend another one to one (nothing else joins to them), and those that they extend.
        self.extensions: set[int] = set()
        self.extended: set[int] = set()
        #: Sources that have a second role; what lies behind them would lie behind either role.
        self.played: set[int] = set()

    def draw(self) -> list[Shape]:
        """The shapes."""
        names = PLAIN if self.plain_names or self.rng.random() < 0.7 else AWKWARD
        for number in range(self.rng.choice([2, 3, 3, 4, 4, 5, 6, 7])):
            columns = PLAIN_COLUMNS if self.plain_names or self.rng.random() < 0.8 else AWKWARD_COLUMNS
            shape = Shape(
                name=names[number],
                table=f"t_{number}" if names is AWKWARD or self.rng.random() < 0.5 else names[number],
                is_query=self.rng.random() < 0.15,
                key=_draw_key(self.rng),
                columns=_draw_columns(self.rng, columns),
            )
            reached: set[int] = set()
            for _ in range(self.rng.choice([0, 1, 1, 2, 2, 3]) if number else 0):
                link = self._draw_link(number, reached)
                if link is not None and link.alias not in {one.alias for one in shape.links if one.alias}:
                    shape.links.append(link)
            if self.rng.random() < SELF_SHARE and number not in self.extensions:
                # Joined to itself: a row knows another row of its own table, under a name of its own.
                self.played.add(number)
                alias = f"boss{number}_{self.rng.randrange(10_000)}"
                swapped = self.rng.random() < 0.3
                shape.links.append(Link(number, alias, "below", one_to_one=False, swapped=swapped))
            self.shapes.append(shape)
            self.above.append(reached)
        return self.shapes

    def _draw_link(self, number: int, reached: set[int]) -> Link | None:
        target = self.rng.randrange(number)
        declared: Declared = self.rng.choices(["below", "above", "both"], [6, 1, 1])[0]
        swapped = self.rng.random() < 0.3
        if target in self.extensions:
            return None
        if target in reached:
            if self.shapes[target].links or target in self.extended:
                return None
            self.played.add(target)
            alias = f"role{number}_{self.rng.randrange(10_000)}_{target}"
            return Link(target, alias, "below", one_to_one=False, swapped=swapped)
        if self.above[target] & reached:
            return None
        one_to_one = (
            self.rng.random() < 0.1 and not reached and target not in self.played and len(self.shapes[target].key) == 1
        )
        reached |= {target} | self.above[target]
        if one_to_one:
            self.extensions.add(number)
            self.extended.add(target)
        style = self.rng.choice([0, 0, 0, 1, 2, 3, 4, 5, 6]) if self._may_be_styled(target, one_to_one) else 0
        return Link(target, None, declared, one_to_one=one_to_one, swapped=swapped, style=style)

    def _may_be_styled(self, target: int, one_to_one: bool) -> bool:  # noqa: FBT001 - a fact about the join
        return not one_to_one and self.shapes[target].key == [("id", "integer")]


def _draw_key(rng: random.Random) -> list[tuple[str, PhysicalType]]:
    draw = rng.random()
    if draw < 0.8:
        return [("id", "integer")]
    if draw < 0.9:
        return [("code", "string")]
    return [("hall", "string"), ("no", "integer")]


def _draw_columns(rng: random.Random, names: dict[str, str]) -> dict[str, str]:
    kinds = ["cat", "num", *[kind for kind in ("amt", "flag", "day", "ts") if rng.random() < 0.6]]
    return {kind: names[kind] for kind in kinds}
