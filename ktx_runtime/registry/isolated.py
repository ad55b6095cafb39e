"""Ask one plugin in a process of its own, which it may crash, leave, flood with text, or hang."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ktx_runtime.api import Feature, InstallPlan, PlanAdjustment, Record
from ktx_runtime.process import run_program
from ktx_runtime.registry.ask import ask_additions, ask_adjustments, ask_features
from ktx_runtime.registry.declaration import Addition, Declaration
from ktx_runtime.registry.discovery import FoundPlugin
from ktx_runtime.registry.faults import Fault
from ktx_runtime.state.replace import write_text

T = TypeVar("T")

TIMEOUT_SECONDS = 30.0
MOST_BYTES = 16 * 1024 * 1024
"""What a plugin may answer. A declaration is kilobytes."""

_DECLARATION = TypeAdapter(Declaration)
_ADDITIONS = TypeAdapter(tuple[Addition, ...])
_ADJUSTMENTS = TypeAdapter(tuple[PlanAdjustment, ...])
_QUESTION_FILE, _ANSWER_FILE = "question.json", "answer.json"


class _Question(Record):
    """What to ask: for features; with `known`, what it adds to them; with `plan`, what it wants changed there."""

    found: FoundPlugin
    known: tuple[Feature, ...] | None = None
    plan: InstallPlan | None = None


def isolated_features(found: FoundPlugin, *, environment: Mapping[str, str]) -> Declaration | Fault:
    """`ask_features` in a process of its own."""
    return _ask(_Question(found=found), _DECLARATION, environment)


def isolated_additions(
    found: FoundPlugin, features: Sequence[Feature], *, environment: Mapping[str, str]
) -> tuple[Addition, ...] | Fault:
    """`ask_additions` in a process of its own."""
    return _ask(_Question(found=found, known=tuple(features)), _ADDITIONS, environment)


def isolated_adjustments(
    found: FoundPlugin, plan: InstallPlan, *, environment: Mapping[str, str]
) -> tuple[PlanAdjustment, ...] | Fault:
    """`ask_adjustments` in a process of its own."""
    return _ask(_Question(found=found, plan=plan), _ADJUSTMENTS, environment)


def _ask(question: _Question, kind: TypeAdapter[T], environment: Mapping[str, str]) -> T | Fault:
    # Through files: the plugin may print, close, or hand down to others whatever streams there are.
    with tempfile.TemporaryDirectory(prefix="ktx-ask-") as name:
        directory = Path(name)
        write_text(directory / _QUESTION_FILE, question.model_dump_json())
        done = run_program(
            [sys.executable, "-I", "-m", __name__, name],
            environment=environment,
            directory=directory,
            timeout_seconds=TIMEOUT_SECONDS,
            on_line=lambda line: None,  # noqa: ARG005 - noise, kept for the traceback
        )
        if done.timed_out:
            return Fault(f"it did not answer within {TIMEOUT_SECONDS:.0f} s")
        answer = _read_answer(directory / _ANSWER_FILE)
    if answer is None:
        return Fault(f"its process {done.how()} without an answer", "\n".join(done.lines[-20:]))
    if "fault" in answer:
        return Fault(str(answer["fault"]), str(answer.get("traceback", "")))
    try:
        return kind.validate_python(answer["answer"])
    except (KeyError, ValidationError) as error:
        return Fault(f"its answer cannot be read: {str(error).splitlines()[0]}")


def _read_answer(file: Path) -> dict[str, Any] | None:
    try:
        if file.stat().st_size > MOST_BYTES:
            return {"fault": f"its answer is larger than {MOST_BYTES // 2**20} MB"}
        answer = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def main(directory: Path) -> int:
    """The child: one question, one answer, each in a file of `directory`."""
    question = _Question.model_validate_json((directory / _QUESTION_FILE).read_bytes())
    write_text(directory / _ANSWER_FILE, json.dumps(_answer(question)))
    return 0


def _answer(question: _Question) -> dict[str, object]:
    said = _said(question)
    if isinstance(said, Fault):
        return {"fault": said.reason, "traceback": said.traceback}
    if isinstance(said, Declaration):
        return {"answer": said.model_dump(mode="json")}
    return {"answer": [record.model_dump(mode="json") for record in said]}


def _said(question: _Question) -> Declaration | tuple[Record, ...] | Fault:
    if question.plan is not None:
        return ask_adjustments(question.found, question.plan)
    if question.known is not None:
        return ask_additions(question.found, question.known)
    return ask_features(question.found)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
