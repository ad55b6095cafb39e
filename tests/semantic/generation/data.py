"""Random rows: keys that are NULL, dangle or repeat, values that are NULL, 0 or negative, tables that are empty."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engines import Column, PhysicalType, Table

from generation.shape import TYPES, Link, Shape

NULL_SHARE = 0.15
DANGLING_SHARE = 0.12
EMPTY_SHARE = 0.06
MOST_ROWS = 14


@dataclass(frozen=True)
class Held:
    """The tables, and which one each source reads."""

    tables: tuple[Table, ...]
    rows_of: Mapping[str, str]


def fill(rng: random.Random, shapes: list[Shape]) -> Held:
    """Draw the rows of every source."""
    keys: list[list[tuple[Any, ...]]] = []
    tables = []
    for shape in shapes:
        count = 0 if rng.random() < EMPTY_SHARE else rng.randint(2, MOST_ROWS)
        columns = [Column(name, kind) for name, kind in shape.key]
        cells = [list(_key(shape, number)) for number in range(count)]
        keys.append([tuple(row) for row in cells])
        for link in shape.links:
            columns += [Column(name, kind) for name, kind in shape.foreign_key(link, shapes)]
            for row, found in zip(cells, _foreign_keys(rng, link, shapes, keys[link.above], count), strict=True):
                row.extend(found)
        for kind, name in shape.columns.items():
            columns.append(Column(name, TYPES[kind]))
            for row in cells:
                row.append(_value(rng, kind))
        tables.append(Table(shape.table, tuple(columns), tuple(tuple(row) for row in cells)))
    return Held(tuple(tables), {shape.name: shape.table for shape in shapes})


def _key(shape: Shape, number: int) -> list[Any]:
    if len(shape.key) > 1:
        return ["ab"[number % 2], number // 2 + 1]
    return [number + 1] if shape.key[0][1] == "integer" else [f"k{number + 1}"]


def _foreign_keys(
    rng: random.Random, link: Link, shapes: list[Shape], keys: list[tuple[Any, ...]], count: int
) -> list[list[Any]]:
    """A key, NULLs, or a key of no row; each key once where the join is one to one."""
    kinds = [kind for _, kind in shapes[link.above].key]
    pool = list(keys)
    rng.shuffle(pool)
    found = []
    for number in range(count):
        draw = rng.random()
        if draw < NULL_SHARE:
            found.append([None] * len(kinds))
        elif draw < NULL_SHARE + DANGLING_SHARE or not pool:
            found.append([_dangling(kind, number) for kind in kinds])
        else:
            found.append(list(pool.pop() if link.one_to_one else rng.choice(pool)))
    return found


def _dangling(kind: PhysicalType, number: int) -> Any:
    return 90 + number if kind == "integer" else f"gone{number}"


def _value(rng: random.Random, kind: str) -> Any:
    if rng.random() < NULL_SHARE:
        return None
    moment = datetime(2023, 12, 28) + timedelta(hours=rng.randrange(24 * 100), seconds=rng.choice([0, 0, 1799, 3599]))  # noqa: DTZ001 - the data has no zones
    values: dict[str, Any] = {
        "cat": rng.choice(["x", "y", "z"]),
        "num": rng.choice([-3, 0, 0, 1, 2, 2, 5, 8]),
        "amt": Decimal(rng.randint(-20, 60)) / 4,
        "flag": rng.random() < 0.5,
        "day": date(2023, 12, 30) + timedelta(days=rng.randrange(70)),
        "ts": moment,
    }
    return values[kind]
