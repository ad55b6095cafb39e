"""A real daemon in a real environment, with a stranger's plugin whose operations are slow, deadly or wrong."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from ktx_runtime.daemon.judgement import Wanted
from ktx_runtime.daemon.record import DaemonRecord, read_daemon_record
from ktx_runtime.daemon.spawn import DaemonProgram
from ktx_runtime.daemon.supervisor import DaemonPaths, Running, ensure_daemon, stop_running
from tests.daemon.client import Client
from tests.support.environments import PluginEnvironment, make_plugin_environment
from tests.support.waiting import wait_until

PROBE = r"""
    import json, os, time
    from pathlib import Path
    from pydantic import BaseModel, ConfigDict
    from ktx_runtime.api import Command, Feature, KtxError, Operation, OperationRefused, Spread, hookimpl

    class Request(BaseModel):
        model_config = ConfigDict(extra="forbid")
        seconds: float = 0.0
        text: str = ""

    class Response(BaseModel):
        text: str
        pid: int

    def sleep(request, context):
        time.sleep(request.seconds)
        return Response(text=request.text, pid=os.getpid())

    def die(request, context):
        os._exit(9)

    def fail(request, context):
        raise RuntimeError("the password is " + request.text)

    def exit_process(request, context):
        raise SystemExit(request.text)

    def leave(invocation):
        raise SystemExit(int(invocation.arguments[0]) if invocation.arguments else "enough")

    def refuse(request, context):
        raise OperationRefused("no \x1b[31mgood\x1b[0m", code="no-good", hint="ask otherwise")

    def noise(request, context):
        import sys
        sys.stderr.write((request.text + "\n") * 200_000)
        sys.stderr.flush()
        return Response(text="", pid=os.getpid())

    def crash(invocation):
        raise RuntimeError("unforeseen")

    def mark(request, context):
        with open(request.text, "a") as stream:
            stream.write("x")
        hold(request, context)
        return Response(text="", pid=os.getpid())

    def hold(request, context):
        # Until the test lets go.
        while not os.path.exists(request.text + ".go"):
            sum(range(1000))
        return Response(text="", pid=os.getpid())

    def compute(request, context):
        until = time.monotonic() + request.seconds
        while time.monotonic() < until:
            sum(range(1000))
        return Response(text=request.text, pid=os.getpid())

    class Texts(BaseModel):
        texts: tuple[str, ...]

    class Pids(BaseModel):
        pids: tuple[tuple[str, int], ...]

    def crunch(request, context):
        # In a process of the pool: does what `text` says.
        print("printed, and in nobody's way")
        word, _, rest = request.text.partition(" ")
        if word == "die":
            os.kill(os.getpid(), 9)
        if word == "spin":
            Path(rest).write_text(str(os.getpid()))
            while True:
                pass
        if word == "refuse":
            raise OperationRefused("no good", code="no-good", hint="ask otherwise")
        if word == "fail":
            raise RuntimeError("the password is " + rest)
        time.sleep(request.seconds)
        return Response(text=request.text, pid=os.getpid())

    def tell(request, context):
        if "die" in request.texts:
            os.kill(os.getpid(), 9)
        time.sleep(0.5)
        return Pids(pids=[(text, os.getpid()) for text in request.texts])

    def split(request, most):
        half = len(request.texts) // 2
        return [request] if most < 2 else [Texts(texts=request.texts[:half]), Texts(texts=request.texts[half:])]

    def merge(responses):
        return Pids(pids=[pair for response in responses for pair in response.pids])

    def echo(invocation):
        invocation.stderr.write("progress\n")
        json.dump({"arguments": invocation.arguments, "cwd": str(invocation.working_directory),
                   "environment": dict(invocation.environment), "width": invocation.terminal.width,
                   "color": invocation.terminal.color, "program": invocation.program,
                   "mode": invocation.mode}, invocation.stdout)
        return 7

    def ask(invocation):
        invocation.stdout.write(invocation.stdin.read())
        return 0

    def spin(invocation):
        try:
            # Within the block: whoever reads this may leave before the write has come back.
            invocation.stderr.write("spinning\n")
            while True:
                time.sleep(0.01)
        except KeyboardInterrupt:
            Path(invocation.arguments[0]).touch()
            raise

    ENDLESS = "SELECT count(*) FROM range(100000000000) r(i) WHERE hash(i) % 7 = 3"

    def run_endless(interruption, witness):
        # DuckDB computes this for hours, and comes back to Python only when it is told to.
        try:
            import duckdb
            with duckdb.connect() as connection, interruption.calling(connection.interrupt):
                Path(witness + ".begun").touch()
                connection.execute(ENDLESS).fetchall()
        except KeyboardInterrupt:
            Path(witness).touch()
            raise

    def query(invocation):
        run_endless(invocation.interruption, invocation.arguments[0])
        return 0

    def query_operation(request, context):
        run_endless(context.interruption, request.text)
        return Response(text="", pid=os.getpid())

    def in_turn(invocation):
        invocation.stdout.write("one")
        invocation.stderr.write("two")
        invocation.stdout.write("three")
        return 0

    def touch(invocation):
        Path(invocation.arguments[0]).touch()
        return 0

    def flood(invocation):
        for number in range(200_000):
            invocation.stdout.write(f"{number} " + "x" * 50 + "\n")
        return 0

    def complain(invocation):
        raise KtxError("it cannot be done", code="cannot", hint="do something else")

    def command(name):
        return Command(name=f"probe {name}", summary=name, handler=f"acme_probe:{name}", in_daemon=True)

    def operation(name, handler=None, **options):
        return Operation(name=name, path=f"/probe/{name}", summary=name, request="acme_probe:Request",
                         response="acme_probe:Response", handler="acme_probe:" + (handler or name.replace("-", "_")),
                         **options)

    @hookimpl
    def ktx_features():
        yield Feature(name="probe", summary="for tests", operations=(
            operation("sleep", concurrency=2), operation("die"), operation("fail"),
            operation("doze", handler="sleep", timeout_seconds=1), operation("hold", concurrency=8),
            operation("mark", concurrency=1), operation("noise"),
            operation("refuse"), operation("exit-process"), operation("compute", concurrency=4),
            operation("compute-briefly", handler="compute", timeout_seconds=1),
            operation("query-operation", concurrency=1, timeout_seconds=5),
            operation("crunch", cpu_bound_from_bytes=0),
            operation("crunch-briefly", handler="crunch", cpu_bound_from_bytes=0, timeout_seconds=15),
            Operation(name="tell", path="/probe/tell", summary="", request="acme_probe:Texts",
                      response="acme_probe:Pids", handler="acme_probe:tell", cpu_bound_from_bytes=30,
                      spread=Spread(split="acme_probe:split", merge="acme_probe:merge")),
        ), commands=(command("echo"), command("ask"), command("spin"), command("touch"), command("flood"),
                     Command(name="probe in-turn", summary="", handler="acme_probe:in_turn", in_daemon=True),
                     command("query"), command("complain"), command("leave"), command("crash"),
                     Command(name="probe own", summary="", handler="acme_probe:echo")))
        yield Feature(name="absent", summary="not installed", requirements=("no-such-distribution>=1",), operations=(
            operation("absent"),
        ))
"""


@dataclass(slots=True)
class Daemons:
    """Starts daemons of one environment, and knows all that it started."""

    environment: PluginEnvironment
    paths: DaemonPaths
    idle_seconds: float | None = None
    wanted: Wanted = field(default_factory=lambda: Wanted("0.1.0", "", frozenset({"core", "probe"})))
    started: set[tuple[int, str]] = field(default_factory=set)
    variables: dict[str, str] = field(default_factory=dict)

    def program(self, **changes: object) -> DaemonProgram:
        words = ["-I", "-m", "ktx_daemon", "serve-http", "--port", "0"]
        if self.idle_seconds is not None:
            words += ["--idle-timeout", str(self.idle_seconds)]
        made = DaemonProgram(self.environment.python, tuple(words), self.environment.directory, self.wanted.version)
        return made if not changes else DaemonProgram(**{**_fields(made), **changes})  # type: ignore[arg-type]

    def ensure(
        self,
        program: DaemonProgram | None = None,
        *,
        wanted: Wanted | None = None,
        is_current: Callable[[], bool] = lambda: True,
    ) -> Running:
        running = ensure_daemon(
            self.paths,
            program or self.program(),
            wanted or self.wanted,
            environment={"PATH": os.environ.get("PATH", ""), "HOME": str(self.environment.directory), **self.variables},
            now=lambda: datetime.now(UTC).isoformat(),
            is_current=is_current,
        )
        self.started.add((running.record.pid, running.record.process_mark))
        return running

    def record(self) -> DaemonRecord:
        found = read_daemon_record(self.paths.record)
        assert found is not None
        return found

    def living(self) -> list[int]:
        """The pids of all daemons of this environment that run, found by their command line."""
        found = []
        for process in psutil.process_iter(["pid", "cmdline", "status"]):
            words = process.info["cmdline"] or []
            if str(self.paths.record) in words and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.info["pid"])
        return found


def _fields(program: DaemonProgram) -> dict[str, object]:
    return {name: getattr(program, name) for name in DaemonProgram.__dataclass_fields__}


@pytest.fixture(scope="session")
def probe_environment(tmp_path_factory: pytest.TempPathFactory) -> PluginEnvironment:
    environment = make_plugin_environment(tmp_path_factory.mktemp("daemon environment"))
    environment.add("acme-probe", PROBE)
    return environment


@pytest.fixture
def daemons(probe_environment: PluginEnvironment, tmp_path: Path) -> Iterator[Daemons]:
    made = Daemons(probe_environment, DaemonPaths(tmp_path / "version é", tmp_path / "version é" / "logs"))
    yield made
    left = made.living()
    for pid in left:
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not made.living())
    assert len(left) <= 1, f"more than one daemon was left: {left}"


@pytest.fixture(scope="module")
def shared(probe_environment: PluginEnvironment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    directory = tmp_path_factory.mktemp("http")
    daemons = Daemons(probe_environment, DaemonPaths(directory, directory / "logs"))
    yield Client(daemons.ensure().record)
    stop_running(daemons.paths, now=lambda: "")
    assert daemons.living() == []
