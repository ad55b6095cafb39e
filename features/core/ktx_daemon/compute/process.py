"""One compute process, seen from the one that asks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from ktx_daemon.compute.messages import Question, Reply, read_reply, write_question
from ktx_runtime.api import Mode


class ProcessDied(Exception):
    """It ended before it had answered: the text says how."""


class ComputeProcess:
    """A fresh interpreter (nothing of this process is copied, no threads, no locks) that answers one at a time."""

    def __init__(self, environment: Mapping[str, str], mode: Mode) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "ktx_daemon.compute.child", mode.value],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(environment),
            creationflags=int(getattr(subprocess, "CREATE_NO_WINDOW", 0)),
        )

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def ask(self, question: Question) -> Reply:
        """Its reply. Raises `ProcessDied`; the process is of no use then."""
        asking, answering = self._process.stdin, self._process.stdout
        if asking is None or answering is None:
            raise ProcessDied("it has no pipes")
        try:
            write_question(asking, question)
            reply = read_reply(answering)
        except (OSError, ValueError):
            reply = None
        if reply is None:
            self.kill()
            raise ProcessDied(f"it ended with {self._process.wait()}")
        return reply

    def kill(self) -> None:
        """End it, whatever it does."""
        if self.alive:
            self._process.kill()

    def close(self) -> None:
        """End it, and let go of what belongs to it."""
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
