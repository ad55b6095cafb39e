"""How many threads torch computes with."""

from functools import cache

import torch


@cache
def most_threads() -> int:
    """What torch takes by itself, asked once: each new thread is given what another has set last."""
    return int(torch.get_num_threads())


def use_threads(count: int) -> None:
    """For what the calling thread computes from now on; other threads keep theirs."""
    most_threads()
    torch.set_num_threads(count)
