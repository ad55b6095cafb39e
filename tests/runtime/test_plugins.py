"""Third-party plugins: added, refused, replayed into the next version, removed. A broken one never stops another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.runtime.conftest import Ktx
from tests.runtime.small_wheel import BuiltWheel, WheelBuilder, build_library

pytestmark = pytest.mark.runtime

HELLO = """
from ktx_runtime.api import Command, Feature, hookimpl

@hookimpl
def ktx_features():
    yield Feature(name="hello", summary="greets", requirements=("tiny-gamma",),
                  commands=(Command(name="hello", summary="greet", handler="{module}:greet"),))

def greet(invocation):
    import tiny_gamma
    invocation.stdout.write("hello from " + tiny_gamma.WORD + "\\n")
    return 0
"""


def build_plugin(directory: Path, name: str, code: str, *, requires: str | None = None) -> BuiltWheel:
    module = name.replace("-", "_")
    builder = WheelBuilder(name, "1.0")
    builder.metadata = [f"Requires-Dist: {requires}"] if requires else []
    builder.add(f"{module}.py", code.replace("{module}", module))
    builder.add(f"{module}-1.0.dist-info/entry_points.txt", f"[ktx.plugins]\n{name} = {module}\n")
    return builder.write(directory)


@pytest.fixture
def hello(tmp_path: Path) -> BuiltWheel:
    return build_plugin(tmp_path / "plugins", "ktx-hello", HELLO)


def add(ktx: Ktx, wheel: BuiltWheel) -> None:
    done = ktx.run("runtime", "plugins", "add", str(wheel.path), "--yes")
    assert done.returncode == 0, done.stderr


def test_a_plugin_that_is_added_brings_its_feature_and_what_that_needs(ktx: Ktx, hello: BuiltWheel) -> None:
    ktx.install("beta")
    add(ktx, hello)
    assert [feature["name"] for feature in ktx.status()["features"]] == ["alpha", "beta", "hello"]
    assert ktx.run("hello").stdout == "hello from gamma\n"
    assert "hello" in ktx.run("--help").stdout
    listed = json.loads(ktx.run("runtime", "plugins", "list", "--json").stdout)
    assert [plugin["distribution"] for plugin in listed["wanted"]] == ["ktx-hello"]
    after = ktx.install("gamma")
    assert [feature["name"] for feature in after["features"]] == ["alpha", "beta", "hello", "gamma"]


def test_adding_a_plugin_wants_consent_and_the_launchers_does_not_cover_it(ktx: Ktx, hello: BuiltWheel) -> None:
    ktx.install()
    done = ktx.with_variables(KTX_CONSENT="granted").run("runtime", "plugins", "add", str(hello.path))
    assert done.returncode == 4
    assert done.stderr.splitlines()[-1].startswith("hint: run: ktx runtime plugins add 'ktx-hello @ file://")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise RuntimeError('not today')", "not today"),
        ("raise SystemExit(7)", "exit"),
        (HELLO.replace('name="hello"', 'name="beta"'), "feature beta"),
        ("ktx_api_version = 99\n" + HELLO, "plugin API 99"),
        (HELLO.replace('summary="greets"', 'summary="greets", requires=("hello",)'), "hello → hello"),
        (HELLO.replace('Command(name="hello"', 'Command(name="runtime hello"'), "is ktx's own"),
    ],
    ids=["raises", "exits", "conflicts", "another API", "circle", "reserved"],
)
def test_a_plugin_that_cannot_be_understood_is_refused_and_nothing_changes(
    ktx: Ktx, tmp_path: Path, code: str, reason: str
) -> None:
    before = ktx.install()
    bad = build_plugin(tmp_path / "bad", "ktx-bad", code)
    done = ktx.run("runtime", "plugins", "add", str(bad.path), "--yes")
    assert done.returncode == 5
    assert "ktx-bad was refused" in done.stderr
    assert reason in done.stderr
    assert ktx.manifest() == before
    assert not (ktx.root / "plugins.json").exists()


def test_a_plugin_called_as_ktx_itself_is_refused_before_anything_is_done(ktx: Ktx, tmp_path: Path) -> None:
    own = build_plugin(tmp_path / "own", "kaelio-ktx", HELLO)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").write_text("[project]\nname = 'Kaelio_KTX'\n")
    for named in (str(own.path), str(tmp_path / "project"), "kaelio.ktx>=9"):
        done = ktx.run("runtime", "plugins", "add", named, "--yes", "--json")
        assert done.returncode == 2
        assert json.loads(done.stdout)["error"]["code"] == "plugin-name"
    assert not ktx.version_directory.exists()


def test_a_plugin_whose_needs_cannot_be_had_is_refused_with_the_words_of_uv(ktx: Ktx, tmp_path: Path) -> None:
    before = ktx.install()
    needy = build_plugin(tmp_path / "needy", "ktx-needy", HELLO, requires="no-such-distribution-at-all")
    done = ktx.run("runtime", "plugins", "add", str(needy.path), "--yes")
    assert done.returncode == 1
    assert "could not install the plugin ktx-needy" in done.stderr
    assert ktx.manifest() == before


def test_a_plugin_that_names_an_extra_which_it_has_not_is_refused(ktx: Ktx, tmp_path: Path) -> None:
    ktx.install()
    code = HELLO.replace('requirements=("tiny-gamma",)', 'extras=("grteetings",)')
    wheel = build_plugin(tmp_path / "plugins", "ktx-hello", code, requires="tiny-gamma; extra == 'greetings'")
    before = ktx.manifest_file.read_bytes()
    done = ktx.run("runtime", "plugins", "add", str(wheel.path), "--yes")
    assert done.returncode == 5, done.stderr
    assert "ktx-hello has no extra grteetings" in done.stderr
    assert ktx.manifest_file.read_bytes() == before


def test_a_plugin_that_would_overwrite_files_of_another_is_refused_with_both_names(
    ktx: Ktx, tmp_path: Path, hello: BuiltWheel
) -> None:
    ktx.install()
    add(ktx, hello)
    other = WheelBuilder("ktx-other", "2.0")
    other.add("ktx_hello.py", HELLO.replace("hello", "other").replace("{module}", "ktx_hello"))
    other.add("ktx_other-2.0.dist-info/entry_points.txt", "[ktx.plugins]\nother = ktx_hello\n")
    done = ktx.run("runtime", "plugins", "add", str(other.write(tmp_path / "plugins").path), "--yes")
    assert done.returncode == 5, done.stderr
    assert "ktx-other and ktx-hello both bring the file ktx_hello.py" in done.stderr
    said = ktx.run("hello")
    assert (said.returncode, said.stdout) == (0, "hello from gamma\n"), said.stderr


def test_a_plugin_that_is_gone_is_a_row_and_stops_nobody(ktx: Ktx, hello: BuiltWheel) -> None:
    ktx.install()
    add(ktx, hello)
    hello.path.unlink()
    after = ktx.install("beta")
    assert [feature["name"] for feature in after["features"]] == ["alpha", "beta"]
    (row,) = (row for row in ktx.status()["plugins"] if row["distribution"] == "ktx-hello")
    assert row["state"] == "absent"
    assert row["reason"].startswith("it could not be installed")
    checks = json.loads(ktx.run("runtime", "doctor", "--json").stdout)["checks"]
    (fix,) = (check["fix"] for check in checks if check["name"] == "plugin ktx-hello")
    assert fix == "mend it, or run: ktx runtime plugins remove ktx-hello --yes"
    removed = ktx.run(*fix.partition("run: ktx ")[2].split())
    assert removed.returncode == 0, removed.stderr
    assert [row["distribution"] for row in ktx.status()["plugins"]] == ["kaelio-ktx"]


def test_a_plugin_that_is_removed_takes_its_feature_along(ktx: Ktx, hello: BuiltWheel) -> None:
    ktx.install()
    add(ktx, hello)
    mistaken = ktx.run("runtime", "plugins", "remove", "ktx-helo", "--yes")
    assert mistaken.returncode == 2
    assert mistaken.stderr.splitlines()[-1] == "hint: did you mean ktx-hello?"
    assert ktx.run("runtime", "plugins", "remove", "ktx-hello", "--yes").returncode == 0
    assert [feature["name"] for feature in ktx.status()["features"]] == ["alpha"]
    assert ktx.run("hello").returncode == 2


def test_no_plugins_builds_a_runtime_that_imports_no_strangers_code(ktx: Ktx, tmp_path: Path) -> None:
    ktx.install()
    trace = tmp_path / "imported"
    tracing = build_plugin(tmp_path / "plugins", "ktx-hello", f"open({str(trace)!r}, 'w').close()\n{HELLO}")
    add(ktx, tracing)
    trace.unlink()
    done = ktx.run("runtime", "install", "--force", "--yes", "--no-plugins")
    assert done.returncode == 0, done.stderr
    assert not trace.exists()
    (row,) = (row for row in ktx.status()["plugins"] if row["distribution"] == "ktx-hello")
    assert row["state"] == "blocked"
    assert ktx.run("alpha", "say").returncode == 0


NEEDY = """
from ktx_runtime.api import ErrorHint, Feature, hookimpl

@hookimpl
def ktx_features():
    yield Feature(name="needy", summary="needs what is large", requires=("beta",))
    yield Feature(name="needier", summary="needs the needy", requires=("needy",))

@hookimpl
def ktx_error_hints():
    yield ErrorHint(code="plugin-name", contains="kaelio", hint="ask a herald")
"""


def test_a_plugin_brings_no_feature_without_what_that_requires(ktx: Ktx, tmp_path: Path) -> None:
    needy = build_plugin(tmp_path / "plugins", "ktx-needy", NEEDY)
    done = ktx.run("runtime", "plugins", "add", str(needy.path), "--yes")
    assert done.returncode == 0, done.stderr
    (line,) = (line for line in done.stderr.splitlines() if "left out needy" in line)
    assert line == "ktx: left out needy, which needs beta; to have it: ktx runtime install --feature needy --yes"
    assert [feature["name"] for feature in ktx.status()["features"]] == ["alpha"]
    assert ktx.run(*line.partition("to have it: ktx ")[2].split()).returncode == 0
    after = [feature["name"] for feature in ktx.status()["features"]]
    assert sorted(after) == ["alpha", "beta", "needier", "needy"]


def test_a_plugin_can_hint_at_errors_of_the_controller(ktx: Ktx, tmp_path: Path) -> None:
    add(ktx, build_plugin(tmp_path / "plugins", "ktx-needy", NEEDY))
    done = ktx.run("runtime", "plugins", "add", "kaelio-ktx", "--yes")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "hint: ask a herald"
    blocked = ktx.run("runtime", "plugins", "add", "kaelio-ktx", "--yes", "--json")
    assert json.loads(blocked.stdout)["error"]["hint"] == "ask a herald"


ADJUSTS = """
from ktx_runtime.api import DownloadHint, PlanAdjustment, hookimpl

@hookimpl
def ktx_adjust_plan(plan):
    yield PlanAdjustment({adjustment})
"""
LARGER = "torch_backend='cu128', download=DownloadHint(what='torch for CUDA', download_mb=3100, disk_mb=6000)"


def test_a_plugin_can_have_older_versions_resolved_and_status_says_so(ktx: Ktx, tmp_path: Path) -> None:
    newer = build_library(tmp_path / "newer", "tiny-gamma", "a newer gamma", version="2.0")
    links = f"{ktx.variables['UV_FIND_LINKS']},{newer.path.parent}"
    ktx = ktx.with_variables(UV_FIND_LINKS=links)
    adjusting = ADJUSTS.format(adjustment="reason='2.0 is spoilt', constraints=('tiny-gamma<2',)")
    add(ktx, build_plugin(tmp_path / "plugins", "ktx-adjusts", adjusting))
    ktx.install("gamma")
    site_packages = Path(ktx.manifest()["python"]["executable"]).parents[1]
    assert [path.name for path in site_packages.glob("lib/*/site-packages/tiny_gamma-*")] == [
        "tiny_gamma-1.0.dist-info"
    ]
    assert ktx.status()["adjustments"] == [
        {"distribution": "ktx-adjusts", "reason": "2.0 is spoilt", "torchBackend": None}
    ]
    assert "adjusted by ktx-adjusts: 2.0 is spoilt" in ktx.run("runtime", "status").stdout


def test_what_a_plugin_makes_larger_is_agreed_to_or_not_installed(ktx: Ktx, tmp_path: Path) -> None:
    before = ktx.install()
    larger = build_plugin(tmp_path / "plugins", "ktx-cuda", ADJUSTS.format(adjustment=f"reason='CUDA', {LARGER}"))
    add(ktx, larger)
    assert ktx.status()["adjustments"][0]["torchBackend"] == "cu128"
    # Agreed to once, it is agreed to in this version.
    ktx.install("beta")
    upgraded = ktx.with_variables(KTX_CLI_VERSION="0.2.0", KTX_CONSENT="granted")
    refused = upgraded.run("alpha", "say", "hello", "--no-input", "--json")
    assert refused.returncode == 4
    assert "torch for CUDA: 3.1 GB to download" in json.loads(refused.stdout)["error"]["details"]["text"]
    assert upgraded.status()["state"] == "missing"
    assert before["cliVersion"] == ktx.manifest()["cliVersion"]


def test_a_plugin_that_wants_a_pinned_package_changed_is_refused(ktx: Ktx, tmp_path: Path) -> None:
    before = ktx.install()
    adjusting = ADJUSTS.format(adjustment="reason='older', constraints=('pydantic<2',)")
    done = ktx.run("runtime", "plugins", "add", str(build_plugin(tmp_path / "p", "ktx-old", adjusting).path), "--yes")
    assert done.returncode == 5
    assert "it constrains pydantic<2, and pydantic" in done.stderr
    assert ktx.manifest() == before


@pytest.mark.deep
def test_a_plugin_that_hangs_and_prints_is_refused_in_bounded_time(ktx: Ktx, tmp_path: Path) -> None:
    before = ktx.install()
    code = "import os, time\nprint('noise')\nos.system('echo more noise')\ntime.sleep(600)\n"
    hanging = build_plugin(tmp_path / "bad", "ktx-hanging", code)
    done = ktx.run("runtime", "plugins", "add", str(hanging.path), "--yes", "--json")
    assert done.returncode == 5
    assert "it did not answer within" in json.loads(done.stdout)["error"]["message"]
    assert ktx.manifest() == before
