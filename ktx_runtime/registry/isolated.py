"""Ask one plugin in a process of its own, which it may crash, leave, flood with text, or hang."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ktx_runtime.api import Feature
from ktx_runtime.registry.ask import ask_additions, ask_features
from ktx_runtime.registry.declaration import Addition, Declaration, PluginIdentity
from ktx_runtime.registry.discovery import FoundPlugin
from ktx_runtime.registry.faults import Fault

TIMEOUT_SECONDS = 30.0
_ADDITIONS = TypeAdapter(tuple[Addition, ...])
_FEATURES = TypeAdapter(tuple[Feature, ...])


def isolated_features(found: FoundPlugin, *, environment: Mapping[str, str]) -> Declaration | Fault:
    """`ask_features` in a process of its own."""
    answer = _ask({"target": found.target, "identity": found.identity.model_dump()}, environment)
    return answer if isinstance(answer, Fault) else Declaration.model_validate(answer)


def isolated_additions(
    found: FoundPlugin, features: Sequence[Feature], *, environment: Mapping[str, str]
) -> tuple[Addition, ...] | Fault:
    """`ask_additions` in a process of its own."""
    question: dict[str, object] = {
        "target": found.target,
        "identity": found.identity.model_dump(),
        "features": [feature.model_dump() for feature in features],
    }
    answer = _ask(question, environment)
    return answer if isinstance(answer, Fault) else _ADDITIONS.validate_python(answer)


def _ask(question: dict[str, object], environment: Mapping[str, str]) -> object | Fault:
    command = [sys.executable, "-I", "-m", __name__]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(question),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_SECONDS,
            env=dict(environment),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Fault(f"it did not answer within {TIMEOUT_SECONDS:.0f} s")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        how = f"was ended by signal {-done.returncode}" if done.returncode < 0 else f"ended with {done.returncode}"
        return Fault(f"its process {how} without an answer", done.stderr)
    if "fault" in answer:
        return Fault(answer["fault"], answer.get("traceback", ""))
    said: object = answer["answer"]
    return said


def main() -> int:
    """The child: one question on stdin, one answer on what was stdout. What the plugin prints goes to stderr."""
    answer_to = os.dup(1)
    os.dup2(2, 1)
    answer = _answer(json.load(sys.stdin))
    with os.fdopen(answer_to, "w", encoding="utf-8") as stream:
        json.dump(answer, stream)
    return 0


def _answer(question: dict[str, object]) -> dict[str, object]:
    identity = PluginIdentity.model_validate(question["identity"])
    found = FoundPlugin(identity, str(question["target"]))
    try:
        features = _FEATURES.validate_python(question.get("features", ()))
    except ValidationError as error:
        return {"fault": str(error)}
    said = ask_additions(found, features) if "features" in question else ask_features(found)
    if isinstance(said, Fault):
        return {"fault": said.reason, "traceback": said.traceback}
    if isinstance(said, Declaration):
        return {"answer": said.model_dump(mode="json")}
    return {"answer": [addition.model_dump(mode="json") for addition in said]}


if __name__ == "__main__":
    raise SystemExit(main())
