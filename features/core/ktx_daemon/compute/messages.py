"""What goes to a compute process and what comes back, on plain pipes: a line of JSON, then the bodies as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, Any


class Step(StrEnum):
    """What is asked for: an answer, an answer or the parts of the request, or one answer made of those of the parts."""

    ANSWER = "answer"
    SPLIT = "split"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Question:
    """`bodies` are one request, or for `Step.MERGE` the responses of its parts; at most `most` parts may be made."""

    step: Step
    operation: str
    bodies: tuple[bytes, ...]
    most: int = 1


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; or, with `status` 0, the bodies of the parts that the request was split into."""

    status: int
    bodies: tuple[bytes, ...]
    headers: Mapping[str, str] = field(default_factory=dict)


def write_question(stream: IO[bytes], question: Question) -> None:
    """Send `question`."""
    head = {"step": question.step, "operation": question.operation, "most": question.most}
    _write(stream, head, question.bodies)


def read_question(stream: IO[bytes]) -> Question | None:
    """The next question, or None when whoever asks is gone."""
    found = _read(stream)
    if found is None:
        return None
    head, bodies = found
    return Question(Step(head["step"]), head["operation"], bodies, head["most"])


def write_reply(stream: IO[bytes], reply: Reply) -> None:
    """Send `reply`."""
    _write(stream, {"status": reply.status, "headers": dict(reply.headers)}, reply.bodies)


def read_reply(stream: IO[bytes]) -> Reply | None:
    """The reply, or None when the process is gone."""
    found = _read(stream)
    return None if found is None else Reply(found[0]["status"], found[1], found[0]["headers"])


def _write(stream: IO[bytes], head: dict[str, Any], bodies: tuple[bytes, ...]) -> None:
    stream.write(json.dumps({**head, "sizes": [len(body) for body in bodies]}).encode() + b"\n")
    stream.writelines(bodies)
    stream.flush()


def _read(stream: IO[bytes]) -> tuple[dict[str, Any], tuple[bytes, ...]] | None:
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    head: dict[str, Any] = json.loads(line)
    bodies = tuple(stream.read(size) for size in head["sizes"])
    return None if [len(body) for body in bodies] != head["sizes"] else (head, bodies)
