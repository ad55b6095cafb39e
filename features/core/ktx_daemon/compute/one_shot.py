"""A large request of a one-shot call, in parts: processes for this one call."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from ktx_daemon.compute.messages import Question, Step
from ktx_daemon.compute.pool import ComputePool
from ktx_daemon.compute.process import ComputeProcess, ProcessDied
from ktx_daemon.operations import BoundOperation
from ktx_runtime.api import OperationContext

_OK = 200


def run_in_parts(bound: BoundOperation, body: bytes, context: OperationContext) -> bytes:
    """As `bound.run`. A part that another process did not answer well is done here instead, and says here why."""
    most = os.cpu_count() or 1
    parts = bound.split(body, most)
    if len(parts) == 1:
        return bound.run(body, context)
    pool = ComputePool(lambda: ComputeProcess(context.environment, context.mode), size=len(parts) - 1)

    def elsewhere(part: bytes) -> bytes | None:
        try:
            reply = pool.ask(Question(Step.ANSWER, bound.operation.name, (part,)), context.interruption)
        except (ProcessDied, OSError):
            return None
        return reply.bodies[0] if reply.status == _OK else None

    own, *others = parts
    try:
        with ThreadPoolExecutor(len(others)) as threads, context.interruption.calling(pool.close):
            pending = [threads.submit(elsewhere, part) for part in others]
            responses = [bound.run(own, context)]
            for part, future in zip(others, pending, strict=True):
                responses.append(future.result() or bound.run(part, context))
    finally:
        pool.close()
    return bound.merge(responses)
