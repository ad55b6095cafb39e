"""`import { ensureRuntime } from "@kaelio/ktx/runtime"`, as another program would."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.npm.package import CHECKOUT, NODE, Launcher
from tests.npm.test_warm import make_runtime


@pytest.fixture
def program(equipped: Launcher) -> Launcher:
    """A program with the package among its modules, in the working directory."""
    scope = equipped.work / "node_modules" / "@kaelio"
    scope.mkdir(parents=True)
    shutil.copytree(equipped.package, scope / "ktx")
    return equipped


def run_module(program: Launcher, code: str) -> dict[str, object]:
    """Run an ES module that prints one object."""
    head = 'import { ensureRuntime, KtxError } from "@kaelio/ktx/runtime";\n'
    file = program.work / "program.mjs"
    file.write_text(head + code, "utf-8")
    done = subprocess.run(
        [str(NODE), str(file)],
        env=program.environment(),
        cwd=program.work,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stderr == ""
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


FAILURE = """.catch((error) => ({ known: error instanceof KtxError, ...error, message: error.message }));
console.log(JSON.stringify(answer));
"""


def test_without_leave_to_install_the_error_is_typed_and_nothing_is_made(program: Launcher) -> None:
    before = program.created()
    answer = run_module(program, "const answer = await ensureRuntime()" + FAILURE)
    assert (answer["known"], answer["code"], answer["exitCode"]) == (True, "consent-required", 4)
    # What is among a project's modules is on nobody's PATH.
    assert answer["hint"] == "run: npx ktx runtime install --yes"
    assert [name for name in program.created() if "runtime" in name] == [name for name in before if "runtime" in name]


def test_with_leave_the_runtime_is_made_and_its_daemon_answers(program: Launcher) -> None:
    code = """
const events = [];
const runtime = await ensureRuntime({ install: true, daemon: true, onProgress: (event) => events.push(event) });
const { url, token, pid } = runtime.daemon;
const sources = [{ name: "orders", table: "orders", grain: ["id"], columns: [{ name: "id", type: "number" }] }];
const answer = await fetch(`${url}/semantic-layer/validate`, {
  method: "POST",
  headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
  body: JSON.stringify({ sources }),
});
const again = await ensureRuntime({ features: ["core"] });
console.log(JSON.stringify({ runtime, events, status: answer.status, valid: (await answer.json()).valid, again }));
"""
    try:
        answer = run_module(program, code)
    finally:
        program.run("runtime", "stop")
    assert (answer["status"], answer["valid"]) == (200, True)
    runtime, again, events = answer["runtime"], answer["again"], answer["events"]
    assert isinstance(runtime, dict)
    assert isinstance(again, dict)
    assert isinstance(events, list)
    assert runtime["features"] == ["core"]
    assert Path(runtime["python"]).is_file()
    assert (runtime["changed"], again["changed"], again["daemon"]) == (True, False, None)
    assert [event["fraction"] for event in events] == sorted(event["fraction"] for event in events)
    assert events[-1]["phase"] == "done"


def test_an_unknown_feature_is_refused_by_name(program: Launcher) -> None:
    code = 'const answer = await ensureRuntime({ features: ["cor"], install: true })' + FAILURE
    assert run_module(program, code)["code"] == "unknown-feature"


def test_an_aborted_install_ends_cleanly(program: Launcher) -> None:
    code = """
const aborter = new AbortController();
const answer = await ensureRuntime({ install: true, signal: aborter.signal, onProgress: () => aborter.abort() })
  .catch((error) => ({ name: error.name }));
console.log(JSON.stringify(answer));
"""
    assert run_module(program, code) == {"name": "AbortError"}
    assert list(program.root.glob("bootstrap-*")) == []
    assert list(program.root.glob("*/manifest.json")) == []


def test_its_types_are_strict_typescripts(program: Launcher) -> None:
    (program.work / "program.ts").write_text(
        """import { ensureRuntime, KtxError, type EnsuredRuntime, type RuntimeStatus } from "@kaelio/ktx/runtime";
import { ensureRuntime as theSame } from "@kaelio/ktx";
const runtime: EnsuredRuntime = await ensureRuntime({ features: ["core"], signal: AbortSignal.timeout(1000) });
const python: string = runtime.python;
// @ts-expect-error: there is no such option
await ensureRuntime({ feature: "core" }).catch((error) => error instanceof KtxError);
export function next(error: KtxError): string | null {
  switch (error.code) {
    case "consent-required":
    case "uv-missing":
      return error.hint;
    // @ts-expect-error: there is no such code
    case "consent-requird":
      return null;
    default:
      return error.message;
  }
}
export const features = (status: RuntimeStatus): string[] => status.features.map(({ name }) => name);
// @ts-expect-error: it is a text or null
export const reason = (status: RuntimeStatus): string => status.reason;
export { python, theSame };
""",
        "utf-8",
    )
    compiler = CHECKOUT / "npm" / "node_modules" / "typescript" / "bin" / "tsc"
    types = CHECKOUT / "npm" / "node_modules" / "@types"
    settings = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2023", "--skipLibCheck"]
    (program.work / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        [str(NODE), str(compiler), *settings, "--typeRoots", str(types), "--types", "node", "program.ts"],
        cwd=program.work,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


EVENT = {"event": "progress", "phase": "build", "message": "half", "fraction": 0.5}
NOISE = ["{half a line", '{"event": 3', json.dumps(EVENT), "[]"]
ANSWER = {"schemaVersion": 1, "command": "runtime ensure", "ok": True, "features": ["core"]}


def test_what_others_print_to_stderr_is_no_progress_and_ends_no_program(program: Launcher) -> None:
    """A plugin, Python itself or the system may say anything there."""
    make_runtime(program)
    (python,) = program.root.glob("*/generations/*/venv/bin/python")
    noise, answer = "\n".join(NOISE), json.dumps(ANSWER)
    python.write_text(f"#!{sys.executable}\nimport sys\nprint({noise!r}, file=sys.stderr)\nprint({answer!r})\n")
    code = """
const events = [];
const { features } = await ensureRuntime({ onProgress: (event) => events.push(event) });
console.log(JSON.stringify({ features, events }));
"""
    told = run_module(program, code)
    assert told == {"features": ["core"], "events": [{key: EVENT[key] for key in ("phase", "message", "fraction")}]}
