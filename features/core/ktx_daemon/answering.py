"""Requests answered whatever happens: run, and what goes wrong said in the shape of the wire contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from ktx_daemon.crash_log import write_crash_log
from ktx_daemon.deferred import Deferred
from ktx_daemon.hints import hinted
from ktx_daemon.http.answers import Answer, error_answer, refusal_answer
from ktx_daemon.http.journal import note
from ktx_daemon.http.routes import Routes
from ktx_runtime.api import Interruption, KtxError, Operation, OperationContext
from ktx_runtime.registry import Catalogue

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answering:
    """The operations of `routes`, each given `context` with an interruption of its own."""

    routes: Routes
    catalogue: Catalogue
    context: OperationContext
    logs_directory: Path

    def answer(self, operation: Operation, body: bytes, interruption: Interruption) -> Answer:
        """The answer to one request. Only an interruption comes out of here as an exception."""
        context = replace(self.context, interruption=interruption)
        found = self._settled(operation, lambda: self.routes.bound(operation).run(body, context))
        return found if isinstance(found, Answer) else Answer(200, found)

    def begin(self, operation: Operation, body: bytes, interruption: Interruption) -> Answer | Deferred[Answer]:
        """As `answer`, but for an operation that only waits: what it waits for, and the answer afterwards."""
        context = replace(self.context, interruption=interruption)
        found = self._settled(operation, lambda: self.routes.bound(operation).begin(body, context))
        if isinstance(found, Deferred):
            return Deferred(found.future, lambda: self._resumed(operation, found))
        return found if isinstance(found, Answer) else Answer(200, found)

    def _resumed(self, operation: Operation, deferred: Deferred[bytes]) -> Answer:
        found = self._settled(operation, deferred.resume)
        return found if isinstance(found, Answer) else Answer(200, found)

    def split(self, operation: Operation, body: bytes, most: int) -> tuple[bytes, ...] | Answer:
        """The bodies of at most `most` requests that `body` stands for; a refusal as an answer."""
        return self._settled(operation, lambda: self.routes.bound(operation).split(body, most))

    def merge(self, operation: Operation, responses: Sequence[bytes]) -> Answer:
        """One answer made of those to the parts of a request."""
        found = self._settled(operation, lambda: self.routes.bound(operation).merge(responses))
        return found if isinstance(found, Answer) else Answer(200, found)

    def _settled(self, operation: Operation, action: Callable[[], T]) -> T | Answer:
        try:
            with hinted(self.catalogue):
                return action()
        except KtxError as error:
            return refusal_answer(error)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a defect of an operation must not end its host
            log = write_crash_log(error, doing=f"operation: {operation.name}", directory=self.logs_directory)
            note(f"{operation.name} failed unexpectedly: {type(error).__name__}: {log}")
            return error_answer(
                500,
                "unexpected",
                f"{operation.name} failed unexpectedly: {type(error).__name__}",
                hint=f"the details are in: {log}" if log else None,
            )
