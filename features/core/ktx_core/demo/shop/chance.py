"""Chance, built on `random()` alone: the one generator whose numbers Python promises to keep for a seed."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

SEED = 1911
"""The year in which the shop is said to have opened."""

Chance = Callable[[], float]
"""Draws a float in [0, 1)."""

ItemT = TypeVar("ItemT")


def chance_for(stream: int) -> Chance:
    """A generator of its own for each table, so that one table's draws never move another's."""
    return Random(SEED * 1000 + stream).random  # noqa: S311 - a demo's data, nothing to guard


def hits(draw: float, *, permille: int) -> bool:
    """Whether `draw`, in [0, 1), falls among that many of a thousand."""
    return draw * 1000 < permille


class Weighted(Generic[ItemT]):
    """Draws items in proportion to whole-number weights."""

    __slots__ = ("_cumulative", "_items", "_total")

    def __init__(self, items: Sequence[ItemT], weights: Iterable[int]) -> None:
        self._items = items
        self._cumulative = list(accumulate(weights))
        self._total = self._cumulative[-1]

    def pick(self, draw: float) -> ItemT:
        """The item that `draw`, in [0, 1), falls on."""
        return self._items[bisect_right(self._cumulative, int(draw * self._total))]
