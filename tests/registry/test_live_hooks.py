"""Hooks that are asked while the worker runs: in order, isolated, and imported only where they are implemented."""

from __future__ import annotations

import json
import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.support.environments import PluginEnvironment

ECHO = """
    from pydantic import BaseModel
    from ktx_runtime.api import ErrorHint, Feature, Operation, OperationRefused, hookimpl

    class Text(BaseModel):
        text: str

    def answer(request, context):
        if request.text == "refuse":
            raise OperationRefused("it is refused", code="refused-here")
        if request.text == "fail":
            raise RuntimeError("a defect")
        return Text(text=f"[{request.text}]")

    @hookimpl
    def ktx_features():
        yield Feature(name="echo", summary="echoes", operations=(
            Operation(name="echo", path="/echo", summary="echoes", request="acme_echo:Text", response="acme_echo:Text",
                      handler="acme_echo:answer"),))
"""
WRAPPER = """
    from ktx_runtime.api import hookimpl

    @hookimpl
    def ktx_run_operation(operation, request, proceed):
        changed = request.model_copy(update={"text": f"MARK({request.text})"})
        answer = proceed(changed)
        return answer.model_copy(update={"text": answer.text + "MARK"})
"""


def run(environment: PluginEnvironment, text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [environment.python, "-I", "-m", "ktx_daemon", "echo"],
        input=json.dumps({"text": text}),
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(environment.directory)},
        timeout=120,
    )


def test_without_a_wrapper_the_handler_alone_answers(environment: PluginEnvironment) -> None:
    environment.add("acme-echo", ECHO)
    assert json.loads(run(environment, "x").stdout) == {"text": "[x]"}


def test_wrappers_nest_in_the_order_of_discovery(environment: PluginEnvironment) -> None:
    environment.add("acme-echo", ECHO)
    environment.add("acme-outer", WRAPPER.replace("MARK", "outer"))
    environment.add("bcme-inner", WRAPPER.replace("MARK", "inner"))
    assert json.loads(run(environment, "x").stdout) == {"text": "[inner(outer(x))]innerouter"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ValueError('broken wrapper')", "ValueError: broken wrapper"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
)
def test_a_wrapper_that_fails_ends_the_operation_with_its_name(
    environment: PluginEnvironment, code: str, said: str
) -> None:
    environment.add("acme-echo", ECHO)
    wrapper = f"""
        from ktx_runtime.api import hookimpl

        @hookimpl
        def ktx_run_operation(operation, request, proceed):
            {code}
    """
    environment.add("acme-bad", wrapper)
    done = run(environment, "x")
    assert done.returncode == 5
    assert done.stdout == ""
    assert "acme-bad" in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(("text", "code", "said"), [("refuse", 1, "it is refused"), ("fail", 3, "RuntimeError")])
def test_what_comes_from_inside_is_not_blamed_on_the_wrapper(
    environment: PluginEnvironment, text: str, code: int, said: str
) -> None:
    environment.add("acme-echo", ECHO)
    done = run_wrapped_unchanged(environment, text)
    assert done.returncode == code
    assert said in done.stderr
    assert "acme-through" not in done.stderr


def run_wrapped_unchanged(environment: PluginEnvironment, text: str) -> subprocess.CompletedProcess[str]:
    through = """
        from ktx_runtime.api import hookimpl

        @hookimpl
        def ktx_run_operation(operation, request, proceed):
            return proceed(request)
    """
    environment.add("acme-through", through)
    return run(environment, text)


def test_a_wrapper_may_refuse(environment: PluginEnvironment) -> None:
    environment.add("acme-echo", ECHO)
    guard = """
        from ktx_runtime.api import OperationRefused, hookimpl

        @hookimpl
        def ktx_run_operation(operation, request, proceed):
            raise OperationRefused("not on Sundays", code="sunday")
    """
    environment.add("acme-guard", guard)
    done = run(environment, "x")
    assert done.returncode == 1
    assert "not on Sundays" in done.stderr


def test_a_plugins_hint_is_shown_for_an_error_without_one(environment: PluginEnvironment) -> None:
    environment.add("acme-echo", ECHO)
    hints = """
        from ktx_runtime.api import ErrorHint, hookimpl

        @hookimpl
        def ktx_error_hints():
            yield ErrorHint(code="refused-here", contains="refused", hint="ask nicely")
    """
    environment.add("acme-hints", hints)
    assert run(environment, "refuse").stderr == "error: it is refused\nhint: ask nicely\n"


def test_a_plugin_without_live_hooks_is_not_imported_by_an_operation(
    environment: PluginEnvironment, tmp_path: Path
) -> None:
    environment.add("acme-echo", ECHO)
    environment.add("acme-through", "from ktx_runtime.api import hookimpl\n@hookimpl\ndef ktx_run_operation(proceed, request): return proceed(request)\n")  # fmt: skip  # noqa: E501
    witness = tmp_path / "imported"
    environment.add("acme-other", f"open({str(witness)!r}, 'a').write('x')\n")
    # As in a managed generation: the catalogue lies beside the environment, nobody is asked again.
    catalogue = environment.describe()
    (environment.directory.parent / "catalogue.json").write_text(catalogue.model_dump_json())
    witness.unlink()
    assert json.loads(run(environment, "x").stdout) == {"text": "[x]"}
    assert not witness.exists()


SLOW_TO_REGISTER = """
def __dir__():
    import time
    time.sleep(0.2)
    return ["ktx_run_operation"]
"""
AT_ONCE = """
import os, sys, threading
from ktx_runtime.api import Mode, Operation, OperationContext, resolve_reference
from ktx_runtime.registry import load_catalogue
from ktx_runtime.registry.live import LiveHooks

catalogue = load_catalogue(os.environ)
_, operation = catalogue.operations()["echo"]
hooks = LiveHooks(catalogue, report=sys.stderr.write)
Text, answer = resolve_reference(operation.request), resolve_reference(operation.handler)
context = OperationContext(mode=Mode.DAEMON, working_directory=None, environment={})
start = threading.Barrier(16)
answers, ran = [], []

def handle(request):
    ran.append(request)
    return answer(request, context)

def ask():
    start.wait()
    try:
        said = hooks.run_operation(operation, Text(text="x"), context, handle)
        answers.append(said.text)
    except Exception as error:
        answers.append(repr(error))

sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=ask) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(*sorted(set(answers)), len(ran), sep="\\n")
"""


def test_each_of_many_first_requests_at_once_runs_once(environment: PluginEnvironment) -> None:
    environment.add("acme-echo", ECHO)
    environment.add("acme-outer", textwrap.dedent(WRAPPER).replace("MARK", "outer") + SLOW_TO_REGISTER)
    done = subprocess.run(
        [environment.python, "-I", "-c", AT_ONCE],
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(environment.directory)},
        timeout=120,
    )
    assert (done.stdout, done.stderr) == ("[outer(x)]outer\n16\n", "")
