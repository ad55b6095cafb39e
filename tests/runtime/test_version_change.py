"""Another version of ktx: a new runtime with what the old one had, told in a line; nothing large unasked."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runtime.conftest import Ktx
from tests.runtime.small_wheel import BuiltWheel
from tests.runtime.test_consent import converse
from tests.runtime.test_plugins import build_plugin

pytestmark = pytest.mark.runtime

NOTE = "ktx: a new runtime for ktx 0.2.0, with what that of 0.1.0 had: {}; that of 0.1.0 stays until: ktx runtime prune"
LEFT = "ktx: not taken along, as nobody has agreed to it: beta; to have it: ktx runtime install --feature beta --yes"
LARGE = """
from ktx_runtime.api import Consent, Feature, hookimpl

@hookimpl
def ktx_features():
    yield Feature(name="large", summary="wants to be asked for", consent=Consent.SEPARATE)
    yield Feature(name="along", summary="comes along")
"""


def features(ktx: Ktx) -> list[str]:
    return sorted(feature["name"] for feature in ktx.status()["features"])


@pytest.fixture
def upgraded(ktx: Ktx) -> Ktx:
    """The next version, beside one that has a feature of either kind."""
    ktx.install("beta", "delta")
    return ktx.with_variables(KTX_CLI_VERSION="0.2.0")


def test_an_install_takes_everything_along_and_says_so_in_a_line(ktx: Ktx, upgraded: Ktx) -> None:
    done = upgraded.run("runtime", "install", "--yes")
    assert done.returncode == 0, done.stderr
    assert NOTE.format("delta, beta") in done.stderr.splitlines()
    assert features(upgraded) == ["alpha", "beta", "delta"]
    assert features(ktx) == ["alpha", "beta", "delta"]
    assert "not taken along" not in upgraded.run("runtime", "status").stdout


def test_a_command_takes_along_what_came_with_the_runtime_and_says_how_to_have_the_rest(upgraded: Ktx) -> None:
    done = upgraded.run("alpha", "say", "hello", "--yes")
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert NOTE.format("delta") in lines
    assert LEFT in lines
    assert done.stdout.startswith("alpha says hello")
    assert features(upgraded) == ["alpha", "delta"]
    told = upgraded.status()["leftBehind"]
    assert told == ["beta"]
    (command,) = (line.partition("to have it: ktx ")[2] for line in lines if "to have it" in line)
    assert command in upgraded.run("runtime", "status").stdout
    assert upgraded.run(*shlex.split(command)).returncode == 0
    assert features(upgraded) == ["alpha", "beta", "delta"]
    assert upgraded.status()["leftBehind"] == []


def test_what_was_left_behind_is_told_until_somebody_has_it(upgraded: Ktx) -> None:
    assert upgraded.run("alpha", "say", "--yes").returncode == 0
    assert upgraded.run("runtime", "install", "--force", "--yes").returncode == 0
    assert upgraded.status()["leftBehind"] == ["beta"]


def test_a_command_that_needs_the_large_one_is_asked_for_it_as_ever(upgraded: Ktx) -> None:
    refused = upgraded.with_variables(KTX_CONSENT="granted").run("beta", "--no-input")
    assert refused.returncode == 4
    assert refused.stderr.splitlines()[-1] == ("hint: run: ktx runtime install --feature delta --feature beta --yes")
    assert upgraded.status()["state"] == "missing"
    done = upgraded.run("beta", "--yes")
    assert (done.returncode, done.stdout) == (7, "beta\n")
    assert features(upgraded) == ["alpha", "beta", "delta"]


def test_what_was_granted_to_the_launcher_covers_what_came_along_and_nothing_large(upgraded: Ktx) -> None:
    done = upgraded.with_variables(KTX_CONSENT="granted").run("alpha", "say", "hello")
    assert done.returncode == 0, done.stderr
    assert LEFT in done.stderr.splitlines()
    assert features(upgraded) == ["alpha", "delta"]


def test_without_anybody_to_ask_a_new_version_ends_with_4_and_changes_nothing(upgraded: Ktx) -> None:
    for words in [("alpha", "say"), ("runtime", "install"), ("runtime", "ensure", "--no-input")]:
        assert upgraded.run(*words).returncode == 4
    assert not upgraded.root.joinpath("0.2.0").exists()


@pytest.mark.parametrize(("answer", "there"), [("y", ["alpha", "beta", "delta"]), ("n", ["alpha", "delta"])])
def test_on_a_terminal_the_large_one_is_asked_for_and_no_leaves_it(
    upgraded: Ktx, answer: str, there: list[str]
) -> None:
    runtime = (r"alpha: says a word\r?\n[\s\S]*delta: says little[\s\S]*\[Y/n\] ", "y\n")
    large = (r"before this one had more installed[\s\S]*beta: says more[\s\S]*\[Y/n\] ", f"{answer}\n")
    code, shown = converse(upgraded, "alpha", "say", "hello", answers=[runtime, large], timeout_seconds=120)
    assert code == 0, shown
    assert shown.count("[Y/n]") == 2
    assert "a new runtime for ktx 0.2.0" in shown
    assert features(upgraded) == there


def test_a_feature_that_requires_a_large_one_is_as_large(ktx: Ktx) -> None:
    ktx.install("gamma")
    upgraded = ktx.with_variables(KTX_CLI_VERSION="0.2.0")
    assert upgraded.run("alpha", "say", "--yes").returncode == 0
    assert features(upgraded) == ["alpha"]
    assert sorted(upgraded.status()["leftBehind"]) == ["beta", "gamma"]
    assert upgraded.run("runtime", "install", "--feature", "gamma", "--yes").returncode == 0
    assert upgraded.status()["leftBehind"] == []


def test_a_feature_that_the_new_version_has_not_or_cannot_install_stands_in_nobodys_way(ktx: Ktx) -> None:
    manifest = ktx.install("delta")
    ghosts = [manifest["features"][0] | {"name": name} for name in ("ghost", "extra-less", "future")]
    ktx.manifest_file.write_text(json.dumps(manifest | {"features": [*manifest["features"], *ghosts]}))
    upgraded = ktx.with_variables(KTX_CLI_VERSION="0.2.0")
    done = upgraded.run("runtime", "install", "--yes")
    assert done.returncode == 0, done.stderr
    assert features(upgraded) == ["alpha", "delta"]


def test_plugins_come_along_with_their_features_and_the_large_ones_are_told(ktx: Ktx, tmp_path: Path) -> None:
    plugin = build_plugin(tmp_path / "plugins", "ktx-large", LARGE)
    assert ktx.run("runtime", "plugins", "add", str(plugin.path), "--yes").returncode == 0
    ktx.install("large")
    upgraded = ktx.with_variables(KTX_CLI_VERSION="0.2.0")
    done = upgraded.run("alpha", "say", "--yes")
    assert NOTE.format("along, plugin ktx-large") in done.stderr.splitlines()
    assert features(upgraded) == ["along", "alpha"]
    assert upgraded.status()["leftBehind"] == ["large"]
    whole = ktx.with_variables(KTX_CLI_VERSION="0.3.0")
    # The newest of the versions before counts.
    assert whole.run("runtime", "install", "--yes").returncode == 0
    assert features(whole) == ["along", "alpha"]
    ktx.manifest_file.touch()
    last = ktx.with_variables(KTX_CLI_VERSION="0.4.0")
    assert last.run("runtime", "install", "--yes").returncode == 0
    assert features(last) == ["along", "alpha", "large"]


def test_a_repair_without_a_manifest_keeps_the_large_features_of_plugins_too(ktx: Ktx, tmp_path: Path) -> None:
    plugin = build_plugin(tmp_path / "plugins", "ktx-large", LARGE)
    assert ktx.run("runtime", "plugins", "add", str(plugin.path), "--yes").returncode == 0
    ktx.install("large")
    ktx.manifest_file.unlink()
    ktx.install()
    assert features(ktx) == ["along", "alpha", "large"]


def test_a_command_that_is_suggested_can_be_typed_as_it_stands(new_ktx: Callable[[Path], Ktx], tmp_path: Path) -> None:
    ktx = new_ktx(tmp_path / "a user's place")
    plugin: BuiltWheel = build_plugin(tmp_path / "it's here", "ktx-large", LARGE)
    refused = ktx.run("runtime", "plugins", "add", str(plugin.path), "--json")
    assert refused.returncode == 4
    hint = json.loads(refused.stdout)["error"]["hint"]
    words = shlex.split(hint.removeprefix("run: ktx "))
    assert ktx.run(*words).returncode == 0, hint
