"""One call of `ktx`: its host, its streams, and how answers and errors are shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from ktx_runtime.install.host import Host
from ktx_runtime.state.codec import encode

if TYPE_CHECKING:
    from ktx_runtime.api.errors import KtxError

ENVELOPE_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Call:
    """Where a command reads and writes. Data goes to `stdout`, all else to `stderr`."""

    host: Host
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO

    @property
    def interactive(self) -> bool:
        """Whether there is somebody to ask: both standard input and standard error are a terminal."""
        return self.stdin.isatty() and self.stderr.isatty()

    def ask(self, text: str, question: str = "Install now? [Y/n] ") -> bool:
        """Show `text` and wait for yes or no. An empty line is what the question has in capitals, no input is no."""
        self.stderr.write(f"{text}\n{question}")
        self.stderr.flush()
        answer = self.stdin.readline()
        if not answer:
            self.stderr.write("\n")
            return False
        return answer.strip().lower() in ({"", "y", "yes"} if "Y" in question else {"y", "yes"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb found out: `data`, a frozen dataclass, for `--json`, `text` for people, and the exit code.

    A runtime that is not as it should be is an answer too, with exit code 1. The JSON Schema of each verb's answers is
    made from the classes in its `ANSWERS` (`scripts/json_schemas.py`).
    """

    data: object
    text: str = ""
    exit_code: int = 0


def show_answer(answer: Answer, call: Call, *, command: str, as_json: bool) -> int:
    """Print `answer` to stdout and return its exit code."""
    if as_json:
        # As `ktx_runtime.api.success_envelope` has it, whose import costs more than this whole call.
        envelope = {"schemaVersion": ENVELOPE_SCHEMA, "command": command, "ok": True, **encode(answer.data)}
        call.stdout.write(json.dumps(envelope, indent=2, ensure_ascii=False) + "\n")
    elif answer.text:
        call.stdout.write(answer.text.rstrip("\n") + "\n")
    return answer.exit_code


def show_error(error: KtxError, call: Call, *, command: str, as_json: bool) -> int:
    """Print `error` to stderr, with `--json` to stdout as well, and return its exit code."""
    from ktx_runtime.api import failure_envelope, failure_text, plain_text  # noqa: PLC0415 - heavy, and rarely needed

    if as_json:
        call.stdout.write(failure_envelope(command, error))
    message, *hint = failure_text(error).splitlines()
    output = error.details.get("output")
    lines = [f"  | {plain_text(str(line))}" for line in output] if isinstance(output, list) else []
    if "log" in error.details:
        lines.append(f"log: {error.details['log']}")
    # The hint comes last: it is the command to run next.
    call.stderr.write("\n".join([message, *lines, *hint]) + "\n")
    return error.exit_code
