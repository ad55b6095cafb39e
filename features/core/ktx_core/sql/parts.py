"""A large batch in parts, for processes that analyse them at once."""

from collections.abc import Sequence

from ktx_core.sql.wire import AnalyzeBatchRequest, AnalyzeBatchResponse, BatchItem

CHARACTERS_PER_PART = 100_000
"""SQL that takes half a second to analyse on an idle machine: more than a process costs that does not run yet."""


def split(request: AnalyzeBatchRequest, most: int) -> Sequence[AnalyzeBatchRequest]:
    """Parts of about the same length, in order, as many as the caller allows: one if it says nothing.

    On a busy machine more processes gain nothing, and only the caller knows.
    """
    total = sum(len(item.sql) for item in request.items)
    count = min(request.max_workers or 1, most, total // CHARACTERS_PER_PART)
    if count <= 1:
        return (request,)
    parts: list[list[BatchItem]] = [[] for _ in range(count)]
    begun = 0
    for item in request.items:
        parts[min(begun * count // total, count - 1)].append(item)
        begun += len(item.sql)
    return [request.model_copy(update={"items": tuple(part)}) for part in parts if part]


def merge(responses: Sequence[AnalyzeBatchResponse]) -> AnalyzeBatchResponse:
    """All results; of items with one id the last counts, as in a single batch."""
    return AnalyzeBatchResponse(results={key: found for part in responses for key, found in part.results.items()})
