"""How many threads torch computes with."""

from functools import cache

import torch

MOST_LANES = 8
"""A batch takes some fifty megabytes while it is computed."""


@cache
def most_threads() -> int:
    """What torch takes by itself, asked once: each new thread is given what another has set last."""
    return int(torch.get_num_threads())


def lanes() -> int:
    """How many batches to compute at once: one for each thread, as long as their numbers in between fit in memory."""
    return min(most_threads(), MOST_LANES)


def use_threads(count: int) -> None:
    """For what the calling thread computes from now on; other threads keep theirs."""
    most_threads()
    torch.set_num_threads(count)
