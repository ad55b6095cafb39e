"""A generated case, its expected answer, and its form in a file of its own."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from asking import World
from engines import Table
from reference import Refused, evaluate

from generation.data import Held, fill
from generation.query import write_query
from generation.shape import draw_shape
from generation.sources import describe


@dataclass(frozen=True)
class Case:
    """One model with data, and one query."""

    world: World
    rows_of: Mapping[str, str]
    query: Mapping[str, Any]

    def expected(self) -> list[tuple[Any, ...]]:
        """The reference's answer."""
        return evaluate(self.world.sources, self.rows(), self.query)

    def rows(self) -> dict[str, list[dict[str, object]]]:
        """Each source's rows; a source that is a query selects all of its table's."""
        tables = {one.name: one for one in self.world.tables}
        return {name: _as_mappings(tables[held]) for name, held in self.rows_of.items()}

    @property
    def is_ordered(self) -> bool:
        """Whether the query says which row comes first, throughout."""
        return bool(self.query.get("order_by"))

    def dump(self) -> str:
        """The case as JSON: sources, tables with types and rows, and the query."""
        tables = [
            {
                "name": one.name,
                "columns": [(column.name, column.type) for column in one.columns],
                "rows": [[None if cell is None else cell for cell in row] for row in one.rows],
            }
            for one in self.world.tables
        ]
        return json.dumps({"sources": self.world.sources, "tables": tables, "query": self.query}, indent=1, default=str)


def generate(rng: random.Random, *, plain_names: bool = False) -> Case:
    """Draw a case that the rules have an answer for.

    Args:
        rng: All randomness comes from here.
        plain_names: Leave out names that need quoting.
    """
    while True:
        with suppress(Refused):
            return _draw(rng, plain_names=plain_names)


def _draw(rng: random.Random, *, plain_names: bool) -> Case:
    shape = draw_shape(rng, plain_names=plain_names)
    held: Held = fill(rng, shape)
    sources = describe(rng, shape)
    world = World(tuple(sources), held.tables)
    case = Case(world, held.rows_of, write_query(rng, world.sources, Case(world, held.rows_of, {}).rows()))
    case.expected()
    return case


def _as_mappings(held: Table) -> list[dict[str, object]]:
    names = [column.name for column in held.columns]
    return [dict(zip(names, row, strict=True)) for row in held.rows]
