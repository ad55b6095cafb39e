"""One call of `ktx`: its host, its streams, and how answers and errors are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from ktx_runtime.install.host import Host

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

    def ask(self, text: str) -> bool:
        """Show `text` and wait for yes or no. An empty line is yes, an end of input no."""
        self.stderr.write(f"{text}\nInstall now? [Y/n] ")
        self.stderr.flush()
        answer = self.stdin.readline()
        if not answer:
            self.stderr.write("\n")
        return answer.strip().lower() in {"", "y", "yes"} and bool(answer)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb found out: `data` for `--json`, `text` for people, and the exit code."""

    data: Mapping[str, object] = field(default_factory=dict)
    text: str = ""
    exit_code: int = 0


def show_answer(answer: Answer, call: Call, *, command: str, as_json: bool) -> int:
    """Print `answer` to stdout and return its exit code."""
    if as_json:
        _write_envelope(call, {"command": command, "ok": answer.exit_code == 0, "data": dict(answer.data)})
    elif answer.text:
        call.stdout.write(answer.text.rstrip("\n") + "\n")
    return answer.exit_code


def show_error(error: KtxError, call: Call, *, command: str, as_json: bool) -> int:
    """Print `error` to stderr, with `--json` to stdout as well, and return its exit code."""
    if as_json:
        described = {"code": error.code, "message": error.message, "hint": error.hint, "details": error.details}
        _write_envelope(call, {"command": command, "ok": False, "error": described})
    call.stderr.write(error_text(error))
    return error.exit_code


def error_text(error: KtxError) -> str:
    """What happened, the failed program's last words, where the log is, and on the last line what to do."""
    lines = [f"ktx: {error.message}"]
    output = error.details.get("output")
    if isinstance(output, list):
        lines += [f"  | {line}" for line in output]
    if "log" in error.details:
        lines.append(f"log: {error.details['log']}")
    if error.hint:
        lines.append(error.hint)
    return "\n".join(lines) + "\n"


def _write_envelope(call: Call, content: Mapping[str, object]) -> None:
    call.stdout.write(json.dumps({"schemaVersion": ENVELOPE_SCHEMA, **content}, ensure_ascii=False) + "\n")
