"""Call operations and commands of this environment: one-shot, or through a daemon."""

from __future__ import annotations

import http.client
import json
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ktx_runtime.daemon.client import Answer, post
from ktx_runtime.daemon.record import DaemonRecord
from ktx_runtime.registry import load_catalogue
from ktx_runtime.testing.run import TIMEOUT_SECONDS, Run, run_program

WORKER = "ktx_daemon"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An operation that was turned down: its message, and over HTTP also status, code and hint."""

    message: str
    code: str | None = None
    hint: str | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Caller(ABC):
    """`environment` and `directory` are those of whoever calls; a test may give others."""

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    directory: Path = field(default_factory=Path.cwd)

    def operation(self, name: str, request: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON
        """The response of the operation called `name`. Raises AssertionError where it is refused."""
        answer = self.ask(name, request)
        assert not isinstance(answer, Refusal), f"{name} was refused: {answer}"
        return answer

    def refusal(self, name: str, request: object) -> Refusal:
        """Why the operation called `name` turns `request` down. Raises AssertionError where it does not."""
        answer = self.ask(name, request)
        assert isinstance(answer, Refusal), f"{name} answered: {answer}"
        return answer

    @abstractmethod
    def ask(self, name: str, request: object) -> Any:  # noqa: ANN401 - JSON, or a Refusal
        """The response of the operation called `name`, or the `Refusal`. Raises AssertionError for a defect."""

    @abstractmethod
    def command(self, *words: str, stdin: str = "") -> Run:
        """Run `ktx` with `words`, which begin with a feature's command."""


@dataclass(frozen=True, slots=True)
class OneShotCaller(Caller):
    """Each call in a process of its own."""

    def ask(self, name: str, request: object) -> Any:  # noqa: ANN401 - as declared
        """Exit code 1 is a refusal; the code of the refusal is known to `ktx call --json` only, and asked there."""
        done = self._worker(name, stdin=json.dumps(request))
        if done.exit_code == 0:
            return done.json()
        assert done.exit_code == 1, f"{name} ended with {done.exit_code}:\n{done.stderr}"
        assert done.stdout == "", f"a refusal writes to stdout: {done.stdout!r}"
        told = self._worker("run", "call", name, "--json", stdin=json.dumps(request))
        error = told.json()["error"]
        return Refusal(error["message"], error["code"], error["hint"])

    def command(self, *words: str, stdin: str = "") -> Run:
        """In a process of its own."""
        return self._worker("run", *words, stdin=stdin)

    def _worker(self, *words: str, stdin: str) -> Run:
        argv = [sys.executable, "-I", "-m", WORKER, *words]
        return run_program(argv, stdin=stdin, environment=self.environment, directory=self.directory)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCaller(Caller):
    """Every call to one daemon that runs already."""

    record: DaemonRecord

    def ask(self, name: str, request: object) -> Any:  # noqa: ANN401 - as declared
        """Any status of 400 and more but 500 is a refusal."""
        _, operation = load_catalogue(self.environment).operations()[name]
        answer = self.post(operation.path, request)
        if answer.status == http.client.OK:
            return answer.body
        assert answer.status != http.client.INTERNAL_SERVER_ERROR, f"{name} failed: {answer.body}"
        error = answer.body["error"]
        return Refusal(error["message"], error["code"], error.get("hint"), answer.status)

    def post(self, path: str, body: object) -> Answer:
        """`POST path`, with the token."""
        return post(self.record, path, body, timeout_seconds=TIMEOUT_SECONDS)

    def command(self, *words: str, stdin: str = "") -> Run:
        """In the daemon; in a process of its own where the command wants that, as `ktx` does it."""
        request = {
            "arguments": list(words),
            "workingDirectory": str(self.directory),
            "environment": dict(self.environment),
            "terminal": {},
        }
        lines = None if stdin else self._streamed(request)
        if lines is None or "elsewhere" in lines[-1]:
            return OneShotCaller(self.environment, self.directory).command(*words, stdin=stdin)
        written = {name: "".join(line.get(name, "") for line in lines) for name in ("stdout", "stderr")}
        return Run(lines[-1]["exit"], written["stdout"], written["stderr"])

    def _streamed(self, request: Mapping[str, object]) -> list[dict[str, Any]] | None:
        connection = http.client.HTTPConnection(self.record.host, self.record.port, timeout=TIMEOUT_SECONDS)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.record.token}"}
        try:
            connection.request("POST", "/commands/run", body=json.dumps(request).encode(), headers=headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8")
        finally:
            connection.close()
        return [json.loads(line) for line in text.splitlines()] if response.status == http.client.OK else None
