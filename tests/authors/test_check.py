"""`ktx plugin check`: what is off is told with the fix, whatever the plugin does, and nothing is written into it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.authors.conftest import CHECKOUT, Machine
from tests.runtime.small_wheel import BuiltWheel, WheelBuilder
from tests.support.answers import validate_answer

pytestmark = pytest.mark.runtime


def build_plugin(
    directory: Path, code: str, *, name: str = "ktx-acme", target: str | None = None, metadata: tuple[str, ...] = ()
) -> BuiltWheel:
    module = name.replace("-", "_")
    builder = WheelBuilder(name, "1.0")
    builder.metadata = list(metadata)
    builder.add(f"{module}.py", code)
    builder.add(f"{module}-1.0.dist-info/entry_points.txt", f"[ktx.plugins]\nacme = {target or module}\n")
    return builder.write(directory)


def check(machine: Machine, path: Path | str, *words: str) -> dict[str, Any]:
    """What `ktx plugin check --json` answers."""
    done = machine.ktx("plugin", "check", str(path), "--json", *words)
    assert done.exit_code in {0, 1}, done.stderr
    assert validate_answer(done.stdout) == "PluginReport"
    answer = done.json()
    assert answer["passed"] == (done.exit_code == 0)
    return answer


def verdicts(answer: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["verdict"] for check in answer["checks"]}


def told(answer: dict[str, Any], name: str) -> str:
    """All reasons of one check, a line each."""
    (found,) = (check for check in answer["checks"] if check["name"] == name)
    assert all(finding["fix"] for finding in found["findings"])
    return "\n".join(finding["reason"] for finding in found["findings"])


FAULTY = """
import pathlib, sys
print("noise")
from ktx_runtime.api import Command, Feature, Operation, SmokeCheck, hookimpl

def operation(name, **changes):
    return Operation(**{"name": name, "path": f"/acme/{name}", "summary": "", "request": "ktx_acme:Request",
                        "response": "ktx_acme:Request", "handler": "ktx_acme:handle", **changes})

@hookimpl
def ktx_features():
    yield Feature(name="acme", summary="", requires=("acme-two", "acme-none"), extras=("extra",),
                  requires_python="3.x",
                  operations=(operation("fine"), operation("gone", handler="ktx_acme:gone"),
                              operation("absent", handler="ktx_absent:gone"), operation("shy", handler="ktx_acme:shy"),
                              operation("odd", request="ktx_acme:handle"), operation("vague", request="ktx_acme:Vague"),
                              operation("exits", handler="ktx_exits:handle")),
                  commands=(Command(name="acme", summary="", handler="ktx_acme:shy", answers="ktx_acme:FITTING"),
                            Command(name="acme-else", summary="", handler="ktx_acme:say", answers="ktx_acme:FITTING"),
                            Command(name="acme-gone", summary="", handler="ktx_acme:say", answers="ktx_acme:GONE"),
                            Command(name="acme-odd", summary="", handler="ktx_acme:say", answers="ktx_acme:ODD")),
                  smoke_checks=(SmokeCheck(name="well", summary="", check="ktx_acme:well"),
                                SmokeCheck(name="ill", summary="", check="ktx_acme:ill")))
    yield Feature(name="acme-two", summary="")

from pydantic import BaseModel, ConfigDict

class Request(BaseModel):
    text: str = ""

class Thing:
    pass

class Vague(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    thing: Thing

FITTING, ODD = {"acme list": (Request,)}, {"acme-odd": (Thing,)}

def handle(request, context): return request
def say(invocation): return 0
def shy(): pass
def well(): print("all is well")
def ill(): return "it has a fever"
"""


def test_a_driver_that_has_the_name_of_one_of_ours_is_told(machine: Machine, tmp_path: Path) -> None:
    builder = WheelBuilder("ktx-acme", "1.0")
    builder.add("ktx_acme.py", "")
    points = "[ktx.plugins]\nacme = ktx_acme\n[ktx.database_drivers]\nsqlite = ktx_acme:Driver\n"
    builder.add("ktx_acme-1.0.dist-info/entry_points.txt", points)
    answer = check(machine, builder.write(tmp_path).path)
    assert verdicts(answer)["names"] == "fail"
    assert "the driver sqlite is ktx's own" in told(answer, "names")


def test_what_is_refused_for_its_name_is_not_said_to_work(machine: Machine, tmp_path: Path) -> None:
    """Its features are nobody's then: there was nothing of them to look at, and each step after that passed."""
    builder = WheelBuilder("ktx-acme", "1.0")
    code = (
        "from ktx_runtime.api import Command, Feature, SmokeCheck, hookimpl\n"
        "ktx_api_version = 1\n"
        "@hookimpl\n"
        "def ktx_features():\n"
        "    ill = SmokeCheck(name='ill', summary='', check='ktx_acme:no')\n"
        "    yield Feature(name='acme', summary='', smoke_checks=(ill,),\n"
        "                  commands=(Command(name='sl', summary='', handler='ktx_acme:nothing'),))\n"
    )
    builder.add("ktx_acme.py", code)
    builder.add("ktx_acme-1.0.dist-info/entry_points.txt", "[ktx.plugins]\nacme = ktx_acme\n")
    answer = check(machine, builder.write(tmp_path).path)
    found = verdicts(answer)
    assert found["names"] == "fail"
    assert (found["needs"], found["references"], found["smoke"]) == ("skipped", "skipped", "skipped")


def test_all_that_is_off_is_told_at_once(machine: Machine, tmp_path: Path) -> None:
    builder = WheelBuilder("ktx-acme", "1.0")
    builder.add("ktx_acme.py", FAULTY)
    builder.add("ktx_exits.py", "raise SystemExit(3)")
    builder.add("tests/__init__.py", "")
    points = (
        "[ktx.plugins]\nacme = ktx_acme\n[ktx.database_drivers]\nother = ktx_acme:Request\nacme = ktx_acme:handle\n"
    )
    builder.add("ktx_acme-1.0.dist-info/entry_points.txt", points)
    answer = check(machine, builder.write(tmp_path).path)
    assert verdicts(answer) == {
        "project": "pass",
        "wheel": "warn",
        "install": "pass",
        "declaration": "pass",
        "light": "warn",
        "requirements": "fail",
        "names": "pass",
        "needs": "pass",
        "references": "fail",
        "smoke": "fail",
    }
    assert "a package called tests" in told(answer, "wheel")
    assert told(answer, "light") == "importing ktx_acme prints"
    requirements = told(answer, "requirements")
    for part in (
        "an extra that ktx-acme has not: extra",
        "a feature that nobody declares: acme-none",
        "Pythons that nobody can read: 3.x",
    ):
        assert part in requirements
    references = told(answer, "references")
    for part in (
        "operation gone names what cannot be imported: ktx_acme:gone: AttributeError",
        "operation absent names what cannot be imported: ktx_absent:gone: ModuleNotFoundError",
        "operation shy cannot be called with 2 arguments",
        "request of operation odd is no pydantic model",
        "request of operation vague has no JSON schema",
        "operation exits names what cannot be imported: ktx_exits:handle: it called sys.exit(3)",
        "command acme cannot be called with 1 argument",
        "answers of command acme-else cannot be used: ktx_acme:FITTING: ValueError: 'acme list' is not 'acme-else'",
        "answers of command acme-gone cannot be used: ktx_acme:GONE: AttributeError",
        "answers of command acme-odd cannot be used: ktx_acme:ODD: ValueError: 'acme-odd' has no tuple of",
        "driver acme cannot be made",
        "driver other has not what a driver has",
    ):
        assert part in references
    assert "fine" not in references
    assert "answers of command acme cannot" not in references
    assert told(answer, "smoke") == "acme: ill: it has a fever\nfeature acme-two has no smoke check"


BARE = "from ktx_runtime.api import Command, Feature, hookimpl\n@hookimpl\ndef ktx_features():\n    "


@pytest.mark.parametrize(
    ("code", "step", "reason"),
    [
        ("import torch", "declaration", "ModuleNotFoundError: No module named 'torch'"),
        ("import os; os._exit(7)", "declaration", "its process ended with 7 without an answer"),
        ("ktx_api_version = 99", "declaration", "it is written for plugin API 99; this ktx speaks 1"),
        (BARE + "yield Feature(name='core', summary='')", "names", "feature core of acme (ktx-acme 1.0) is already"),
        (
            BARE
            + "yield Feature(name='a', summary='', commands=[Command(name='runtime x', summary='', handler='a:b')])",
            "names",
            "command runtime x of acme (ktx-acme 1.0) is ktx's own",
        ),
        (
            BARE
            + "yield Feature(name='a', summary='', commands=[Command(name='sl query', summary='', handler='a:b')])",
            "names",
            "command sl query of acme (ktx-acme 1.0) would hide a part of sl, which is core (kaelio-ktx",
        ),
        (
            BARE + "yield Feature(name='a', summary='', requires=['b']); "
            "yield Feature(name='b', summary='', requires=['a'])",
            "names",
            "features require each other: a → b → a",
        ),
        (BARE + "yield Feature(name='Acme', summary='')", "declaration", "Feature.name: String should match pattern"),
        (
            "import time\nwhile time.process_time() < 1.5: pass\n" + BARE + "yield Feature(name='acme', summary='')",
            "light",
            "importing ktx_acme takes",
        ),
    ],
    ids=[
        "torch",
        "exits",
        "other API",
        "taken feature",
        "reserved command",
        "hidden command",
        "circle",
        "no record",
        "slow",
    ],
)
def test_a_declaration_that_cannot_be_used_is_told(
    machine: Machine, tmp_path: Path, code: str, step: str, reason: str
) -> None:
    answer = check(machine, build_plugin(tmp_path, code).path)
    assert verdicts(answer)[step] == "fail"
    assert reason in told(answer, step)


def test_what_needs_fetched_files_is_not_called_broken_without_them(machine: Machine, tmp_path: Path) -> None:
    code = (
        "from ktx_runtime.api import Feature, Prefetch, SmokeCheck, hookimpl\n"
        "def reads(): return 'there is no model'\n"
        "@hookimpl\ndef ktx_features():\n    yield Feature(name='acme', summary='', prefetch=(Prefetch(name='m', "
        "repository='a/m', path_variable='ACME_MODEL', files=()),), "
        "smoke_checks=(SmokeCheck(name='reads', summary='', check='ktx_acme:reads'),))\n"
    )
    answer = check(machine, build_plugin(tmp_path, code).path)
    assert verdicts(answer)["smoke"] == "warn"
    (finding,) = answer["checks"][-1]["findings"]
    assert finding["fix"] == "name a directory with the files in ACME_MODEL, and check again"


def test_an_entry_point_to_nowhere_is_told(machine: Machine, tmp_path: Path) -> None:
    answer = check(machine, build_plugin(tmp_path, "", target="ktx_acme:no.where").path)
    assert "has no attribute 'no'" in told(answer, "declaration")
    assert verdicts(answer)["smoke"] == "skipped"


def test_a_thousand_operations_are_looked_at(machine: Machine, tmp_path: Path) -> None:
    code = (
        "from pydantic import BaseModel\nfrom ktx_runtime.api import Feature, Operation, hookimpl\n"
        "class Model(BaseModel): pass\n"
        "def handle(request, context): return request\n"
        "@hookimpl\ndef ktx_features():\n    yield Feature(name='acme', summary='', operations=[Operation("
        "name=f'acme-{n}', path=f'/acme/{n}', summary='', request='ktx_acme:Model', response='ktx_acme:Model', "
        "handler='ktx_acme:handle' if n != 500 else 'ktx_acme:gone') for n in range(1000)])"
    )
    answer = check(machine, build_plugin(tmp_path, code).path)
    assert "operation acme-500 names what cannot be imported" in told(answer, "references")
    assert len(told(answer, "references").splitlines()) == 1


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda directory: directory / "absent", "there is nothing"),
        (lambda directory: directory, "there is no pyproject.toml"),
        (lambda directory: _written(directory / "x.whl", "no wheel"), "no name of a wheel"),
        (lambda directory: _written(directory / "notes.txt", ""), "neither a project's directory nor a wheel"),
        (lambda directory: _written(directory / "pyproject.toml", "[project").parent, "pyproject.toml cannot be read"),
        (lambda directory: _written(directory / "pyproject.toml", "[tool.x]").parent, "names no project"),
        (
            lambda directory: _written(directory / "pyproject.toml", "[project]\nname='kaelio.ktx'").parent,
            "the distribution has ktx's own name",
        ),
        (
            lambda directory: _written(directory / "pyproject.toml", "[project]\nname='acme'").parent,
            "no entry point in ktx.plugins",
        ),
    ],
)
def test_what_is_no_plugin_is_told_as_such(machine: Machine, tmp_path: Path, make: Any, reason: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    answer = check(machine, make(place))
    assert reason in told(answer, "project")
    assert set(verdicts(answer).values()) == {"fail", "skipped"}


def _written(file: Path, text: str) -> Path:
    file.write_text(text)
    return file


HOSTILE_BACKEND = """
import os, pathlib, sys
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    pathlib.Path("here-i-was").write_text("x")
    print("\\x1b[31mtoken=secret-value", file=sys.stderr)
    os._exit(9)
"""


def test_a_checkout_is_as_it_was_whatever_its_build_does(machine: Machine, tmp_path: Path) -> None:
    project = tmp_path / "checkout é"
    machine.do("plugin", "new", "acme", "--directory", str(project))
    subprocess.run(["git", "init", "-q", project], check=True)
    (project / "uncommitted.txt").write_text("mine")
    (project / "venv").mkdir()
    (project / "venv" / "pyvenv.cfg").touch()
    (project / "link").symlink_to("/nowhere/at/all")
    before = _contents(project)
    answer = check(machine, project)
    assert answer["passed"], answer
    assert _contents(project) == before
    (project / "hostile.py").write_text(HOSTILE_BACKEND)
    toml = project / "pyproject.toml"
    backend = '[build-system]\nrequires = []\nbuild-backend = "hostile"\nbackend-path = ["."]\n\n[project]'
    toml.write_text(backend + toml.read_text().split("[project]", 1)[1])
    before = _contents(project)
    done = machine.ktx("plugin", "check", str(project))
    assert done.exit_code == 1
    assert "fail     wheel" in done.stdout
    assert "secret-value" not in done.stdout
    assert "\x1b" not in done.stdout
    assert _contents(project) == before


def _contents(directory: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(directory)): path.read_bytes() if path.is_file() else None
        for path in sorted(directory.rglob("*"))
    }


@pytest.mark.deep
@pytest.mark.parametrize("plugin", sorted((CHECKOUT / "plugins").glob("ktx-*")), ids=lambda plugin: plugin.name)
def test_our_own_plugins_hold_what_plugins_promise(machine: Machine, plugin: Path) -> None:
    answer = check(machine, plugin)
    # What fetches a model when it is installed is not proved without one.
    assert set(verdicts(answer).values()) <= {"pass", "warn"}, answer
    assert [name for name, verdict in verdicts(answer).items() if verdict == "warn"] in ([], ["smoke"])


@pytest.mark.deep
def test_a_build_that_hangs_ends_in_time(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "hostile"\nbackend-path = ["."]\n'
        '[project]\nname = "acme"\nversion = "1"\n[project.entry-points."ktx.plugins"]\nacme = "acme"\n'
    )
    (tmp_path / "hostile.py").write_text("import time\ntime.sleep(3600)\n")
    assert "took too long" in told(check(machine, tmp_path, "--timeout", "3"), "wheel")
