"""`POST /commands/run`: run a command here for a client elsewhere, and stream what it writes.

Request: `{arguments, workingDirectory, environment, terminal {width, stdinIsTerminal, …}, program, stdinFile?}`.
Response: one JSON object a line, `{"stdout": text}` and `{"stderr": text}` in the order of writing, and last
`{"exit": code}`. When nothing was written and the command wants its stdin, the only line is `{"elsewhere": reason}`:
the client runs the command in a process of its own. A command that does not allow the daemon is refused (409).
A client that closes the connection interrupts the command.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from ktx_daemon.command_host import find_command, run_command
from ktx_daemon.exit_codes import UNEXPECTED
from ktx_daemon.http.answers import Answer, Receive, Send, error_answer, refusal_answer, send_answer
from ktx_daemon.http.body import read_body
from ktx_daemon.http.journal import note
from ktx_daemon.http.streams import ClientLeft, HandBack, PromptOutput, RemoteInput, RemoteOutput
from ktx_daemon.http.work import Work
from ktx_daemon.interruption import ThreadInterruption
from ktx_daemon.invocation import FALLBACK_WIDTH, stated_width, wants_color
from ktx_runtime.api import Invocation, KtxError, Mode, OperationRefused, Record, Terminal
from ktx_runtime.registry import Catalogue

COMMANDS_PATH = "/commands/run"
BODY_BYTES = 4 * 1024 * 1024
SILENCE_SECONDS = 0.05
"""How long the head of an answer may wait for the first words, with which it is one message instead of two."""

TURNS_UNTIL_SEEN = 4
"""Turns of the loop after which a connection that was closed behind its request is seen to be: read, closed, lost,
told."""

PIECES_AHEAD = 64
"""How far a command may be ahead of its reader, in pieces of `streams.CHUNK_CHARACTERS`."""


class TerminalOfClient(Record):
    """What the client knows of its terminal; the rest is told from its environment, as in a process of its own."""

    width: int | None = Field(default=None, ge=1, le=100_000)
    stdin_is_terminal: bool = False
    stdout_is_terminal: bool = False
    stderr_is_terminal: bool = False

    def resolved(self, environment: Mapping[str, str]) -> Terminal:
        """The terminal as a command sees it."""
        return Terminal(
            width=stated_width(environment) or self.width or FALLBACK_WIDTH,
            stdin_is_terminal=self.stdin_is_terminal,
            stdout_is_terminal=self.stdout_is_terminal,
            stderr_is_terminal=self.stderr_is_terminal,
            color=wants_color(environment, on_terminal=self.stdout_is_terminal),
        )


class CommandRequest(Record):
    """What a process would know of itself: words, directory, environment, terminal."""

    arguments: tuple[str, ...] = Field(min_length=1)
    working_directory: str
    environment: dict[str, str] = Field(default_factory=dict, repr=False)
    terminal: TerminalOfClient = TerminalOfClient()
    program: str = "ktx"
    stdin_file: str | None = None


@dataclass(frozen=True, slots=True)
class CommandHost:
    """Runs commands of `catalogue`, each in a thread of its own."""

    catalogue: Catalogue
    work: Work
    logs_directory: Path

    async def answer(self, receive: Receive, send: Send) -> None:
        """Read the request, run, stream. Raises `ClientGone` when the request does not arrive."""
        try:
            request = _read(await read_body(receive, limit=BODY_BYTES))
            refusal = self._refusal(request)
        except KtxError as error:
            refusal = refusal_answer(error)
        if refusal is not None:
            await send_answer(send, refusal)
            return
        with self.work.held():
            await _Run(self, request, asyncio.get_running_loop()).stream(receive, send)

    def _refusal(self, request: CommandRequest) -> Answer | None:
        command, _ = find_command(self.catalogue, request.arguments)
        if command.in_daemon:
            return None
        return error_answer(409, "not-in-daemon", f"{command.name} runs in a process of its own")


class _Run:
    """One command that runs: a thread that writes, the loop that sends."""

    def __init__(self, host: CommandHost, request: CommandRequest, loop: asyncio.AbstractEventLoop) -> None:
        self._host = host
        self._request = request
        self._loop = loop
        self._written: list[bytes] = []
        self._over = False
        self._news = asyncio.Event()
        self._room = threading.Semaphore(PIECES_AHEAD)
        self._left = threading.Event()
        self._interruption = ThreadInterruption()
        self._stdout = RemoteOutput(lambda text: self._put({"stdout": text}))
        self._stderr = PromptOutput(lambda text: self._put({"stderr": text}), self._stdout)
        self._thread = threading.Thread(target=self._work, name="ktx-command", daemon=True)

    async def stream(self, receive: Receive, send: Send) -> None:
        """Run the command and send what it writes. What is written soon goes out with the head of the answer."""
        leaving = asyncio.create_task(self._watch(receive))
        begun = over = False
        try:
            # A client that has left already runs the command elsewhere.
            for _ in range(TURNS_UNTIL_SEEN):
                await asyncio.sleep(0)
            if self._left.is_set():
                return
            self._thread.start()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), SILENCE_SECONDS)
            headers = [(b"content-type", b"application/x-ndjson"), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            begun = True
            while not over:
                await self._news.wait()
                self._news.clear()
                over, text = self._over, self._take()
                await send({"type": "http.response.body", "body": text, "more_body": not over})
        except asyncio.CancelledError:
            if not begun:
                raise
            # The daemon ends, and has waited for as long as it does: an answer without the last line says so.
            await send({"type": "http.response.body", "body": self._take(), "more_body": False})
        finally:
            leaving.cancel()
            self._leave()
            if not self._over:
                self._interruption.interrupt()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._leave()
        self._interruption.interrupt()
        self._arrive(b"", over=True)

    def _leave(self) -> None:
        """Let whoever waits for room to write see that nobody reads."""
        self._left.set()
        self._take()
        self._room.release()

    def _take(self) -> bytes:
        """What was written and is not sent."""
        written, self._written = self._written, []
        if written:
            self._room.release(len(written))
        return b"".join(written)

    def _arrive(self, text: bytes, *, over: bool) -> None:
        self._written.append(text)
        self._over = self._over or over
        self._news.set()

    def _work(self) -> None:
        try:
            last: Mapping[str, object] = {"exit": self._interruption.run(self._run_command)}
        except HandBack:
            last = {"elsewhere": "it reads stdin"}
        except (ClientLeft, KeyboardInterrupt):
            return
        except BaseException as error:  # noqa: BLE001 - whatever ends the thread, the client must not wait for ever
            note(f"a command's thread ended with {type(error).__name__}")
            last = {"exit": UNEXPECTED}
        rest = self._stdout.take()
        with suppress(ClientLeft):
            self._put(*([{"stdout": rest}] if rest else []), last, over=True)

    def _run_command(self) -> int:
        stdin: object = RemoteInput(lambda: self._stdout.used or self._stderr.used)
        with ExitStack() as opened:
            if self._request.stdin_file is not None:
                file = Path(self._request.stdin_file)
                stdin = opened.enter_context(file.open(encoding="utf-8", errors="surrogateescape"))
            return self._run_with(stdin)

    def _run_with(self, stdin: object) -> int:
        request, stdout, stderr = self._request, self._stdout, self._stderr
        invocation = Invocation(
            arguments=request.arguments,
            working_directory=Path(request.working_directory),
            environment=request.environment,
            stdin=stdin,  # type: ignore[arg-type] # a TextIO in all but name
            stdout=stdout,  # type: ignore[arg-type]
            stderr=stderr,  # type: ignore[arg-type]
            terminal=request.terminal.resolved(request.environment),
            program=request.program,
            mode=Mode.DAEMON,
            interruption=self._interruption,
        )
        return run_command(self._host.catalogue, invocation, logs_directory=self._host.logs_directory)

    def _put(self, *lines: Mapping[str, object], over: bool = False) -> None:
        """Hand lines on, when there is room. Raises `ClientLeft`, also when the daemon ends."""
        text = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
        self._room.acquire()
        if self._left.is_set():
            # The next one that waits is to see it, too.
            self._room.release()
            raise ClientLeft
        try:
            self._loop.call_soon_threadsafe(lambda: self._arrive(text, over=over))
        except RuntimeError:
            raise ClientLeft from None


def _read(body: bytes) -> CommandRequest:
    try:
        request = CommandRequest.model_validate_json(body)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, problem["loc"])) or "the request" for problem in error.errors())
        raise OperationRefused(f"the request does not fit: {places}", code="request-invalid") from None
    if not Path(request.working_directory).is_absolute():
        raise OperationRefused("the working directory is not an absolute path", code="request-invalid")
    return request
