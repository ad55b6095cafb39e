"""One request, computed by one process, or by several where the operation says how it is split."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ktx_daemon.compute.messages import Question, Reply, Step
from ktx_daemon.compute.pool import ComputePool
from ktx_runtime.api import Interruption, Operation

_OK = 200


def compute(pool: ComputePool, operation: Operation, body: bytes, interruption: Interruption) -> Reply:
    """The reply to `body`; where parts fail, the first failure. Raises as `ComputePool.ask` does."""
    if operation.spread is None:
        return pool.ask(Question(Step.ANSWER, operation.name, (body,)), interruption)
    reply = pool.ask(Question(Step.SPLIT, operation.name, (body,), pool.size), interruption)
    if reply.status:
        return reply
    parts = [Question(Step.ANSWER, operation.name, (part,)) for part in reply.bodies]
    with ThreadPoolExecutor(len(parts), thread_name_prefix="ktx-part") as threads:
        replies = list(threads.map(lambda part: pool.ask(part, interruption), parts))
    failed = next((part for part in replies if part.status != _OK), None)
    if failed is not None:
        return failed
    responses = tuple(part.bodies[0] for part in replies)
    return pool.ask(Question(Step.MERGE, operation.name, responses), interruption)
