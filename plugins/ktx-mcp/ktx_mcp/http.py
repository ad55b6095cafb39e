"""Serve over streamable HTTP, on this machine alone: loopback, a token, and the names that a browser may not borrow."""

from __future__ import annotations

import hmac
import json
import signal
import socket

import anyio
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from ktx_mcp.project import ProjectTools
from ktx_mcp.server import make_server
from ktx_mcp.token import Token, obtain_token
from ktx_runtime.api import Invocation, UsageError, to_json

HOST = "127.0.0.1"
PATH = "/mcp"


def serve_http(project: ProjectTools, invocation: Invocation, *, port: int) -> int:
    """Serve until the process is told to end. Raises `UsageError` when the port cannot be had.

    The first line on stdout is a JSON object with `url` and `tokenFile`.
    """
    listener = _bind(port)
    with listener, obtain_token(invocation.environment) as token:
        bound = listener.getsockname()[1]
        server = _Server(_config(project, token, bound), invocation, url=f"http://{HOST}:{bound}{PATH}", token=token)
        # uvicorn drains on a signal and then raises it again, which would end us before the token's file is removed.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        anyio.run(server.serve, [listener])
    return 0


class _Server(uvicorn.Server):
    """Says where it listens, once it does."""

    def __init__(self, config: uvicorn.Config, invocation: Invocation, *, url: str, token: Token) -> None:
        super().__init__(config)
        self._invocation, self._url, self._token = invocation, url, token

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        file = str(self._token.file) if self._token.file else None
        self._invocation.stdout.write(to_json({"url": self._url, "tokenFile": file}) + "\n")
        self._invocation.stdout.flush()
        where = f"the token is in {file}" if file else "the token is the one in KTX_MCP_TOKEN"
        self._invocation.stderr.write(f"ktx mcp: listening on {self._url}; {where}\n")
        self._invocation.stderr.flush()


def _config(project: ProjectTools, token: Token, port: int) -> uvicorn.Config:
    names = (f"{HOST}:{port}", f"localhost:{port}")
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=list(names),
        allowed_origins=[f"http://{name}" for name in names],
    )
    application = make_server(project).streamable_http_app(streamable_http_path=PATH, transport_security=security)
    return uvicorn.Config(
        _WithToken(application, token.text),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        lifespan="on",
        ws="none",
    )


class _WithToken:
    """Lets nobody in without the token, before anything else is looked at."""

    def __init__(self, application: ASGIApp, token: str) -> None:
        self._application = application
        self._wanted = f"Bearer {token}".encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or hmac.compare_digest(_authorization(scope), self._wanted):
            await self._application(scope, receive, send)
            return
        body = json.dumps({"error": {"code": "unauthorized", "message": "the token is missing or wrong"}}).encode()
        headers = [(b"content-type", b"application/json"), (b"www-authenticate", b"Bearer"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _authorization(scope: Scope) -> bytes:
    found = [value for name, value in scope.get("headers", ()) if name == b"authorization"]
    return bytes(found[0]) if len(found) == 1 else b""


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"cannot listen on {HOST} port {port}: {error.strerror}",
            code="address-not-available",
            hint="choose another port, or none for a free one",
        ) from None
    return listener
