"""What commands and operations call of others, by name: in a process of its own and in a daemon."""

from __future__ import annotations

import http.client
import json
import subprocess
import time
from pathlib import Path

import pytest

from ktx_runtime.daemon.judgement import Wanted
from ktx_runtime.daemon.supervisor import DaemonPaths, stop_running
from tests.daemon.client import Client
from tests.daemon.conftest import Daemons
from tests.support.environments import PluginEnvironment, make_plugin_environment

CALLER = r"""
    import json, threading, time
    from pydantic import BaseModel
    from ktx_runtime.api import (Command, Feature, Interruption, KtxError, Operation, OperationRefused, hookimpl,
                                 success_envelope)

    class Text(BaseModel):
        text: str = ""

    def echo(request, context):
        if request.text == "bad":
            raise OperationRefused("no good", code="no-good", hint="ask otherwise", details={"near": ["good"]})
        return Text(text=request.text + " from " + context.working_directory.name)

    def relay(request, context):
        return Text(text=context.capabilities.call_operation("echo", {"text": request.text})["text"] + ", relayed")

    def say(invocation):
        if invocation.arguments[:1] == ("bad",):
            raise KtxError("cannot", code="cannot", hint="do not", details={"near": ["can"]})
        while invocation.arguments[:1] == ("spin",):
            time.sleep(0.01)
        invocation.stdout.write(success_envelope("say", {
            "arguments": list(invocation.arguments), "stdin": invocation.stdin.read(),
            "directory": invocation.working_directory.name, "variable": invocation.environment.get("TOLD")}))
        return 0

    def own(invocation):
        return 0

    def ask(invocation):
        capabilities, (what, *rest) = invocation.capabilities, invocation.arguments
        if what == "command":
            answer = capabilities.run_command("say", *rest, stdin="given").answer()
        elif what == "operation":
            answer = capabilities.call_operation("relay", {"text": rest[0]})
        elif what in ("own", "absent"):
            answer = capabilities.run_command(what).answer()
        elif what == "spin":
            invocation.stdout.write("begun")
            invocation.stdout.flush()
            answer = capabilities.run_command("say", "spin").answer()
        elif what == "interrupt":
            interruption = Interruption()
            threading.Timer(0.3, interruption.interrupt).start()
            try:
                answer = capabilities.run_command("say", "spin", interruption=interruption).answer()
            except KeyboardInterrupt:
                answer = {"interrupted": True}
        invocation.stdout.write(json.dumps(answer))
        return 0

    def operation(name):
        return Operation(name=name, path=f"/{name}", summary="", request="acme_caller:Text",
                         response="acme_caller:Text", handler=f"acme_caller:{name}")

    @hookimpl
    def ktx_features():
        yield Feature(name="caller", summary="", operations=(operation("echo"), operation("relay")), commands=[
            Command(name=name, summary="", handler=f"acme_caller:{name}", in_daemon=name != "own")
            for name in ("say", "own", "ask")])
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> PluginEnvironment:
    made = make_plugin_environment(tmp_path_factory.mktemp("capabilities"))
    made.add("acme-caller", CALLER)
    return made


def run(environment: PluginEnvironment, directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [environment.python, "-I", "-m", "ktx_daemon", "run", "ask", *words],
        cwd=directory,
        env={"TOLD": "yes", "HOME": str(directory), "KTX_RUNTIME_ROOT": str(directory / "root")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_command_is_called_where_the_caller_is(environment: PluginEnvironment, tmp_path: Path) -> None:
    answer = json.loads(run(environment, tmp_path, "command", "a", "b").stdout)
    assert answer["arguments"] == ["a", "b"]
    assert (answer["stdin"], answer["directory"], answer["variable"]) == ("given", tmp_path.name, "yes")


def test_operations_call_operations(environment: PluginEnvironment, tmp_path: Path) -> None:
    answer = json.loads(run(environment, tmp_path, "operation", "good").stdout)
    assert answer == {"text": f"good from {tmp_path.name}, relayed"}


@pytest.mark.parametrize(
    ("words", "exit_code", "error"),
    [
        (["command", "bad", "--json"], 1, {"code": "cannot", "message": "cannot", "hint": "do not"}),
        (["operation", "bad", "--json"], 1, {"code": "no-good", "message": "no good", "hint": "ask otherwise"}),
        (["own", "--json"], 1, {"code": "own-process-needed", "message": "own runs in a process of its own"}),
        (["absent", "--json"], 2, {"code": "usage", "message": "unknown command: absent"}),
    ],
)
def test_what_is_refused_comes_up_as_it_was_told(
    environment: PluginEnvironment, tmp_path: Path, words: list[str], exit_code: int, error: dict[str, str]
) -> None:
    done = run(environment, tmp_path, *words)
    assert done.returncode == exit_code, done.stderr
    assert json.loads(done.stdout)["error"].items() >= error.items()


def test_an_interruption_ends_what_was_called_and_not_the_caller(
    environment: PluginEnvironment, tmp_path: Path
) -> None:
    assert json.loads(run(environment, tmp_path, "interrupt").stdout) == {"interrupted": True}


def test_in_a_daemon_what_is_called_ends_with_the_client(environment: PluginEnvironment, tmp_path: Path) -> None:
    daemons = Daemons(environment, DaemonPaths(tmp_path, tmp_path / "logs"), wanted=Wanted("0.1.0", "", frozenset()))
    record = daemons.ensure().record
    client = Client(record)
    try:
        assert client.ask("/relay", {"text": "x"}).body["text"].endswith(", relayed")
        request = {"arguments": ["ask", "command"], "workingDirectory": str(tmp_path), "environment": {"TOLD": "no"}}
        lines = [json.loads(line) for line in client.ask("/commands/run", request).text.splitlines()]
        assert lines[-1] == {"exit": 0}
        assert json.loads(lines[0]["stdout"])["variable"] == "no"
        connection = http.client.HTTPConnection(record.host, record.port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {record.token}"}
        connection.request("POST", "/commands/run", json.dumps({**request, "arguments": ["ask", "spin"]}), headers)
        assert b"begun" in connection.getresponse().readline()
        connection.close()
        deadline = time.monotonic() + 60
        while client.ask("/health", method="GET").body["activeRequests"] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert client.ask("/health", method="GET").body["activeRequests"] == 0
    finally:
        stop_running(daemons.paths, now=lambda: "")
