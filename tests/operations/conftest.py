"""Operations as a caller meets them: one JSON object in, one out, in a process of their own."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Answer:
    """What a one-shot call left behind. `body` is None where stdout is empty."""

    exit_code: int
    body: Any
    stderr: str


Call = Callable[[str, object], Answer]


@pytest.fixture
def call() -> Call:
    """Run `ktx-daemon <operation>`."""

    def run(operation: str, request: object) -> Answer:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "ktx_daemon", operation],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Answer(done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr)

    return run
