"""Cut a heap of texts into batches: alike in length, so that little is padding, and none too large."""

from collections.abc import Iterator, Sequence

_BYTES_PER_TOKEN = 4
_SPECIAL_TOKENS = 2


def estimated_tokens(text: str, most_tokens: int) -> int:
    """About how many tokens `text` has: English has four letters to one, and other scripts as many bytes."""
    return min(len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN + _SPECIAL_TOKENS, most_tokens)


def batches(tokens: Sequence[int], *, batch_tokens: int, batch_texts: int) -> Iterator[list[int]]:
    """Indices of `tokens` in batches, short texts first.

    A batch, padded to its longest text, has about `batch_tokens` at most; a text that alone has more is one by itself.
    """
    batch: list[int] = []
    for index in sorted(range(len(tokens)), key=tokens.__getitem__):
        # The newest is the longest: all are padded to it.
        if batch and (tokens[index] * (len(batch) + 1) > batch_tokens or len(batch) == batch_texts):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
