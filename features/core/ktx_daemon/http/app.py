"""The ASGI application: guard, route, read, run, answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ktx_daemon.answering import Answering
from ktx_daemon.compute.pool import ComputePool
from ktx_daemon.compute.process import ProcessDied
from ktx_daemon.compute.spread import compute
from ktx_daemon.http.answers import Answer, Receive, Scope, Send, error_answer, json_answer, refusal_answer, send_answer
from ktx_daemon.http.body import ClientGone, read_body, unless_gone
from ktx_daemon.http.commands import COMMANDS_PATH, CommandHost
from ktx_daemon.http.guard import Guard
from ktx_daemon.http.journal import note
from ktx_daemon.http.openapi import openapi_document
from ktx_daemon.http.plugins import DaemonPlugins
from ktx_daemon.http.routes import Routes
from ktx_daemon.http.work import Work, WorkBroken
from ktx_runtime.api import Busy, Interruption, KtxError, Operation

HEALTH_PATH = "/health"
SHUTDOWN_PATH = "/shutdown"
OPENAPI_PATH = "/openapi.json"


@dataclass(slots=True)
class Application:
    """One daemon.

    `health` is what `/health` answers with beside its status; `leaving` is set when the server is
    to end.
    """

    routes: Routes
    guard: Guard
    work: Work
    commands: CommandHost
    plugins: DaemonPlugins
    answering: Answering
    processes: ComputePool
    health: Mapping[str, object]
    clock: Callable[[], float] = time.monotonic
    last_asked: float = field(default_factory=time.monotonic)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["path"]
        refusal = self.guard.refusal(scope, headers, needs_token=path != HEALTH_PATH)
        try:
            if refusal is None and path == COMMANDS_PATH and _is_json_post(scope["method"], headers):
                await self._command(receive, send)
                return
            answer = refusal or await self._answer(scope["method"], path, headers, receive)
        except ClientGone:
            return
        except asyncio.CancelledError:
            # The server was told to end, and has waited for as long as it does.
            answer = refusal_answer(
                Busy("the daemon was told to end before it was done", code="daemon-stopping", hint="ask again")
            )
        # A body that was not read to its end must not be taken for the next request.
        await send_answer(send, answer, close=answer.status in {401, 403, 404, 405, 413, 415})

    async def _command(self, receive: Receive, send: Send) -> None:
        self.last_asked = self.clock()
        try:
            await self.commands.answer(receive, send)
        finally:
            self.last_asked = self.clock()

    async def _answer(self, method: str, path: str, headers: Mapping[str, str], receive: Receive) -> Answer:
        if path == HEALTH_PATH:
            return await self._healthy() if method in {"GET", "HEAD"} else _wrong_method("GET")
        self.last_asked = self.clock()
        try:
            return await self._own_or_operation(path, method, headers, receive)
        except KtxError as error:
            return refusal_answer(error)
        except WorkBroken as error:
            return error_answer(500, "unexpected", f"the operation failed unexpectedly: {error}")
        finally:
            self.last_asked = self.clock()

    async def _healthy(self) -> Answer:
        said = {"status": "healthy", **self.health, "activeRequests": self.work.active}
        if self.plugins.speak:
            # A plugin's own code: it may be slow, and must not hold up the others.
            said["featureHealth"] = await asyncio.to_thread(self.plugins.health)
        return json_answer(200, said)

    async def _own_or_operation(self, path: str, method: str, headers: Mapping[str, str], receive: Receive) -> Answer:
        if path == OPENAPI_PATH and method == "GET":
            return json_answer(200, await asyncio.to_thread(openapi_document, self.routes))
        is_own = path in {SHUTDOWN_PATH, COMMANDS_PATH}
        operation = None if is_own else self.routes.find(path)
        if operation is None and not is_own:
            return error_answer(404, "unknown-path", "no operation has this path")
        if method != "POST":
            return _wrong_method("POST")
        if not _is_json_post(method, headers):
            return error_answer(415, "not-json", "the request must be of type application/json")
        if operation is None:
            await read_body(receive, limit=1024)
            self.leaving.set()
            return json_answer(202, {"status": "stopping"})
        body = await read_body(receive, limit=operation.max_body_bytes)
        return await unless_gone(receive, self._run(operation, body))

    async def _run(self, operation: Operation, body: bytes) -> Answer:
        at_least = operation.cpu_bound_from_bytes
        if at_least is not None and len(body) >= at_least:
            return await self.work.compute(operation, lambda interruption: self._compute(operation, body, interruption))
        return await self.work.run(operation, lambda interruption: self.answering.begin(operation, body, interruption))

    def _compute(self, operation: Operation, body: bytes, interruption: Interruption) -> Answer:
        try:
            reply = compute(self.processes, operation, body, interruption)
        except ProcessDied as died:
            note(f"the process that computed {operation.name} died: {died}")
            return error_answer(
                500,
                "process-died",
                f"the process that computed {operation.name} died: {died}",
                hint="perhaps memory ran out: ask for less at once",
            )
        return Answer(reply.status, reply.bodies[0], reply.headers)


def _is_json_post(method: str, headers: Mapping[str, str]) -> bool:
    """Other types a web page could send without asking first."""
    return method == "POST" and headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _wrong_method(allowed: str) -> Answer:
    answer = error_answer(405, "wrong-method", f"only {allowed} is answered here")
    return Answer(answer.status, answer.body, {"allow": allowed})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
