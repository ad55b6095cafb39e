"""A large batch spread over processes.

Parsing is pure Python, so only processes help, and one costs about a third of a second to start: small batches stay
here. A share is sent to a fresh interpreter as JSON and comes back as JSON; whatever goes wrong there, its share is
done here instead.
"""

import heapq
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from pydantic import ValidationError

from ktx_core.sql.batch import analyze_here
from ktx_core.sql.wire import AnalysisResult, AnalyzeBatchRequest, AnalyzeBatchResponse, BatchItem
from ktx_runtime.api import OperationContext

CHARACTERS_PER_PROCESS = 300_000
"""SQL that takes about 1.4 s to analyse on an idle machine: four times what a process costs."""

_SLOWEST_CHARACTERS_PER_SECOND = 10_000
_STARTUP_SECONDS = 15.0


def analyze_in_shares(request: AnalyzeBatchRequest, context: OperationContext) -> AnalyzeBatchResponse | None:
    """The whole answer, or None when the batch is too small to be worth a second process."""
    count = _processes(request)
    if count <= 1:
        return None
    own, *others = (request.model_copy(update={"items": share}) for share in _shares(request.items, count))
    with ThreadPoolExecutor(max_workers=len(others)) as threads:
        pending = [threads.submit(_elsewhere, share, context.environment) for share in others]
        found: dict[str, AnalysisResult] = dict(analyze_here(own).results)
        for share, future in zip(others, pending, strict=True):
            answer = future.result() or analyze_here(share)
            found.update(answer.results)
    return AnalyzeBatchResponse(results={item.id: found[item.id] for item in request.items})


def _processes(request: AnalyzeBatchRequest) -> int:
    """As many as the caller allows, one if it says nothing: on a busy machine more processes gain nothing."""
    allowed = min(request.max_workers or 1, os.cpu_count() or 1, len(request.items))
    return min(allowed, sum(len(item.sql) for item in request.items) // CHARACTERS_PER_PROCESS)


def _shares(items: Sequence[BatchItem], count: int) -> list[tuple[BatchItem, ...]]:
    """About equally long shares; items with one id stay in order, since the last of them counts."""
    loads = [(0, index) for index in range(count)]
    shares: list[list[BatchItem]] = [[] for _ in range(count)]
    home: dict[str, int] = {}
    for item in items:
        load, index = heapq.heappop(loads)
        heapq.heappush(loads, (load + len(item.sql), index))
        shares[home.setdefault(item.id, index)].append(item)
    return [tuple(share) for share in shares]


def _elsewhere(share: AnalyzeBatchRequest, environment: Mapping[str, str]) -> AnalyzeBatchResponse | None:
    """The answer of another process, or None when it gave none in time."""
    characters = sum(len(item.sql) for item in share.items)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "ktx_core.sql.share"],
            input=share.model_dump_json(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=dict(environment),
            timeout=_STARTUP_SECONDS + characters / _SLOWEST_CHARACTERS_PER_SECOND,
            check=True,
        )
        return AnalyzeBatchResponse.model_validate_json(done.stdout)
    except (OSError, subprocess.SubprocessError, ValidationError):
        return None
