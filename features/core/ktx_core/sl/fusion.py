"""One ranking out of several: reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).

Scores of different kinds cannot be added; places can. What several rankings have in front comes out in front.
"""

from collections.abc import Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

SMOOTHING = 60
"""As the paper has it: how little the first places outweigh those after them."""


def fuse(rankings: Sequence[Sequence[T]]) -> list[tuple[T, float]]:
    """All that stand in any of `rankings`, best first, with their scores; equal ones as they first appear."""
    scores: dict[T, float] = {}
    for ranking in rankings:
        for place, one in enumerate(ranking, start=1):
            scores[one] = scores.get(one, 0.0) + 1 / (SMOOTHING + place)
    return sorted(scores.items(), key=lambda pair: -pair[1])
