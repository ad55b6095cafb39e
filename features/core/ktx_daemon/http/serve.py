"""`ktx-daemon serve-http`: bind, publish the record, serve, drain, leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import uvicorn

from ktx_daemon.answering import Answering
from ktx_daemon.compute.pool import ComputePool
from ktx_daemon.compute.process import ComputeProcess
from ktx_daemon.http.answers import Receive, Scope, Send
from ktx_daemon.http.app import Application
from ktx_daemon.http.commands import CommandHost
from ktx_daemon.http.guard import LOOPBACK_NAMES, Guard
from ktx_daemon.http.journal import note
from ktx_daemon.http.limits import set_limits
from ktx_daemon.http.options import ServeOptions
from ktx_daemon.http.plugins import DaemonPlugins
from ktx_daemon.http.protocol import Protocol
from ktx_daemon.http.routes import Routes
from ktx_daemon.http.work import Work
from ktx_runtime.api import Mode, OperationContext, UsageError
from ktx_runtime.daemon.logs import log_files, rotate_open
from ktx_runtime.daemon.process import process_mark
from ktx_runtime.daemon.record import DaemonLogs, DaemonRecord, forget_record
from ktx_runtime.registry import Catalogue
from ktx_runtime.state.replace import write_text

DRAIN_SECONDS = 10
BACKLOG = 2048
KEEP_ALIVE_SECONDS = 30
WARM_AFTER_SECONDS = 0.1
IDLE_CHECK_SECONDS = 1.0
LOGS_CHECK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Identity:
    """What a daemon says of itself: version, generation, installed features, logs of unexpected failures."""

    version: str
    generation: str
    features: tuple[str, ...]
    logs_directory: Path


def serve(options: ServeOptions, catalogue: Catalogue, identity: Identity, *, environment: Mapping[str, str]) -> int:
    """Serve until told to stop. Raises `UsageError` when the address cannot be had."""
    listener = _bind(options)
    port = listener.getsockname()[1]
    token = secrets.token_urlsafe(32) if options.state_file else None
    routes = Routes(catalogue, installed=identity.features)
    context = OperationContext(Mode.DAEMON, Path.cwd(), dict(environment))
    processes = ComputePool(lambda: ComputeProcess(environment, Mode.DAEMON), size=os.cpu_count() or 1)
    work, plugins = Work(processes=processes.size), DaemonPlugins(catalogue.of_installed(identity.features))
    application = Application(
        routes=routes,
        guard=Guard(port=port, token=token, names=LOOPBACK_NAMES | {options.host}),
        work=work,
        commands=CommandHost(catalogue, work, identity.logs_directory),
        answering=Answering(routes, catalogue, context, identity.logs_directory),
        processes=processes,
        health=_health(options, identity),
        plugins=plugins,
    )

    def on_listening() -> None:
        _announce(options, identity, port, token)
        plugins.enter()
        # Not yet: what it imports would hold up the first answer, which tells whoever started us that we are well.
        warming = threading.Timer(WARM_AFTER_SECONDS, _warm, args=(application.routes,))
        warming.name, warming.daemon = "ktx-warm-up", True
        warming.start()

    def on_leaving() -> None:
        # Before the port is free for others: as long as our process and our record are there, it is ours, and whoever
        # sees both may send the token.
        if options.state_file is not None:
            forget_record(options.state_file, options.instance_id)

    server = _Server(_config(application, options), on_listening, on_leaving)
    _outlive_signals()
    set_limits()
    try:
        asyncio.run(_serve(server, listener, application, options))
    finally:
        listener.close()
        plugins.leave()
        work.close()
        processes.close()
        on_leaving()
    return 0


def _outlive_signals() -> None:
    """uvicorn drains on a signal and then raises it again, which would end us before the record is removed."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)


class _Server(uvicorn.Server):
    """Says when it listens, and when it is about to stop listening."""

    def __init__(
        self, config: uvicorn.Config, on_listening: Callable[[], None], on_leaving: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_listening = on_listening
        self._on_leaving = on_leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_leaving()
        await super().shutdown(sockets=sockets)


async def _serve(server: _Server, listener: socket.socket, application: Application, options: ServeOptions) -> None:
    tending = [asyncio.create_task(_leave_when_told_or_idle(server, application, options.idle_timeout_seconds))]
    if options.logs_directory is not None:
        tending.append(asyncio.create_task(_rotate_logs(log_files(options.logs_directory))))
    try:
        await server.serve(sockets=[listener])
    finally:
        for task in tending:
            task.cancel()


async def _rotate_logs(logs: DaemonLogs) -> None:
    """A daemon may live for months, and what its operations print is not its to choose."""
    while True:
        await asyncio.sleep(LOGS_CHECK_SECONDS)
        await asyncio.to_thread(rotate_open, logs)


async def _leave_when_told_or_idle(server: _Server, application: Application, timeout_seconds: float | None) -> None:
    step = None if timeout_seconds is None else min(IDLE_CHECK_SECONDS, timeout_seconds)
    while not application.leaving.is_set():
        try:
            async with asyncio.timeout(step):
                await application.leaving.wait()
        except TimeoutError:
            idle = application.clock() - application.last_asked
            if application.work.active == 0 and timeout_seconds is not None and idle >= timeout_seconds:
                break
    server.should_exit = True


def _warm(routes: Routes) -> None:
    try:
        routes.warm()
    except Exception as error:  # noqa: BLE001 - whoever asks for the operation is told; the others go on
        note(f"warm-up: {type(error).__name__}: {error}")
    finally:
        # What is loaded now stays: full collections need not look at it again.
        gc.freeze()
        gc.enable()


def _bind(options: ServeOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"cannot listen on {options.host} port {options.port}: {error.strerror}",
            code="address-not-available",
            hint="choose another port, or --port 0 for a free one",
        ) from None
    return listener


def _config(application: Application, options: ServeOptions) -> uvicorn.Config:
    async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
        await application(scope, receive, send)

    return uvicorn.Config(
        asgi,
        lifespan="off",
        interface="asgi3",
        http=partial(Protocol, waiting={}),  # type: ignore[arg-type] # called as a class is
        # Whoever reaches the port can make uvicorn warn, as often as it likes.
        log_level=options.log_level if options.state_file is None else "error",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        ws="none",
    )


def _health(options: ServeOptions, identity: Identity) -> dict[str, object]:
    return {
        "version": identity.version,
        "instanceId": options.instance_id,
        "pid": os.getpid(),
        "generation": identity.generation,
        "features": list(identity.features),
        "startedAt": _now(),
    }


def _announce(options: ServeOptions, identity: Identity, port: int, token: str | None) -> None:
    if options.state_file is None or token is None:
        note("no token is wanted: every program of this machine may ask")
        sys.stdout.write(f"http://{options.host}:{port}\n")
        sys.stdout.flush()
        return
    record = DaemonRecord(
        pid=os.getpid(),
        process_mark=process_mark(os.getpid()) or "",
        instance_id=options.instance_id,
        port=port,
        token=token,
        version=identity.version,
        generation=identity.generation,
        features=identity.features,
        started_at=_now(),
        logs=log_files(options.logs_directory) if options.logs_directory else None,
    )
    write_text(options.state_file, record.model_dump_json(indent=2) + "\n", mode=0o600)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
