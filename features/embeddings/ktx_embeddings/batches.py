"""Cut a heap of texts into batches: alike in length, so that little is padding, and none too large."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

_BYTES_PER_TOKEN = 4
_SPECIAL_TOKENS = 2

BATCH_COST_TOKENS = 32
"""What one more batch costs, in tokens: its calls, and that matrices of few rows are computed slower."""

LEAST_SHARE_TOKENS = 256
"""A batch of fewer is not cut in two for a second thread: both would compute smaller matrices, slower."""


def estimated_tokens(text: str, most_tokens: int) -> int:
    """About how many tokens `text` has: English has four letters to one, and other scripts as many bytes."""
    return min(len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN + _SPECIAL_TOKENS, most_tokens)


def share_of_lane(tokens: int, lanes: int, batch_tokens: int) -> int:
    """How many tokens a batch may have, so that there is one for each lane: `batch_tokens`, or fewer where few wait."""
    return min(batch_tokens, max(math.ceil(tokens / lanes), LEAST_SHARE_TOKENS))


def batches(tokens: Sequence[int], *, batch_tokens: int, batch_texts: int) -> Iterator[list[int]]:
    """Indices of `tokens` in batches, short texts first.

    A batch, padded to its longest text, has about `batch_tokens` at most; a text that alone has more is one by itself.
    Among all cuts of the sorted texts it is the one that takes least: each batch costs its padded tokens and
    `BATCH_COST_TOKENS`. So a long text among a few short ones does not make them as dear as itself.
    """
    order = sorted(range(len(tokens)), key=tokens.__getitem__)
    begins = _cheapest_cut([tokens[index] for index in order], batch_tokens, batch_texts)
    for begin, end in pairwise([*begins, len(order)]):
        yield order[begin:end]


def _cheapest_cut(lengths: Sequence[int], batch_tokens: int, batch_texts: int) -> list[int]:
    """Where the batches of the sorted `lengths` begin."""
    least, begin_of_last = [0.0], [0]
    for end, longest in enumerate(lengths, 1):
        # The newest is the longest: all are padded to it.
        most = max(1, min(batch_texts, batch_tokens // max(longest, 1), end))
        cost, begin = min((least[begin] + longest * (end - begin), begin) for begin in range(end - most, end))
        least.append(cost + BATCH_COST_TOKENS)
        begin_of_last.append(begin)
    begins, end = [], len(lengths)
    while end:
        end = begin_of_last[end]
        begins.append(end)
    return begins[::-1]
