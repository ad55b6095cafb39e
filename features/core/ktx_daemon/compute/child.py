"""A compute process: answers questions on stdin until whoever asks is gone.

python -I -m ktx_daemon.compute.child daemon|one-shot
"""

from __future__ import annotations

import gc
import os
import queue
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

from ktx_daemon.answering import Answering
from ktx_daemon.compute.messages import Question, Reply, Step, read_question, write_reply
from ktx_daemon.features import installed_features
from ktx_daemon.http.answers import Answer
from ktx_daemon.http.routes import Routes
from ktx_daemon.installation import find_installation
from ktx_runtime.api import Interruption, Mode, Operation, OperationContext
from ktx_runtime.registry import load_catalogue

OOM_SCORE = "500"
"""Where memory runs out, the system is to end the process that computes rather than the one that answers."""


def main() -> int:
    """Answer until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")
    replies = _keep_stdout_for_replies()
    questions: queue.SimpleQueue[Question] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, questions), daemon=True).start()
    host = _Host(Mode(sys.argv[1]))
    gc.freeze()
    while True:
        write_reply(replies, host.reply(questions.get()))


def _keep_stdout_for_replies() -> IO[bytes]:
    """What an operation prints goes to the log, not among the replies."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


def _receive(stream: IO[bytes], questions: queue.SimpleQueue[Question]) -> None:
    """Nobody waits for the answer of a process whose parent is gone, whatever it is doing."""
    while (question := read_question(stream)) is not None:
        questions.put(question)
    os._exit(0)


class _Host:
    """What a daemon, or a one-shot call, would do with a request, done here."""

    def __init__(self, mode: Mode) -> None:
        installation, catalogue = find_installation(os.environ), load_catalogue(os.environ)
        self._routes = Routes(catalogue, installed=installed_features(catalogue, installation))
        context = OperationContext(mode, Path.cwd(), dict(os.environ))
        self._answering = Answering(self._routes, catalogue, context, installation.paths.logs_directory)
        self._operations = {operation.name: operation for _, operation in catalogue.operations().values()}

    def reply(self, question: Question) -> Reply:
        operation = self._operations[question.operation]
        if question.step is Step.SPLIT:
            found = self._answering.split(operation, question.bodies[0], question.most)
            if isinstance(found, Answer):
                return _reply(found)
            if len(found) > 1:
                return Reply(0, found)
        if question.step is Step.MERGE:
            return _reply(self._answering.merge(operation, question.bodies))
        return _reply(self._answer(operation, question.bodies[0]))

    def _answer(self, operation: Operation, body: bytes) -> Answer:
        return self._answering.answer(operation, body, Interruption())


def _reply(answer: Answer) -> Reply:
    return Reply(answer.status, (answer.body,), answer.headers)


if __name__ == "__main__":
    raise SystemExit(main())
