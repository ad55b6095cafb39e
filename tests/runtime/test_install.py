"""Install, status and dispatch, through the command line, with a real uv and real wheels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.runtime.conftest import Ktx
from tests.runtime.small_wheel import BuiltWheel

pytestmark = pytest.mark.runtime


def test_an_install_makes_what_its_manifest_names(ktx: Ktx) -> None:
    manifest = ktx.install()
    generation = ktx.version_directory / "generations" / manifest["generation"]
    assert ktx.generations() == {manifest["generation"]}
    assert Path(manifest["python"]["executable"]) == generation / "venv" / "bin" / "python"
    assert (generation / "catalogue.json").is_file()
    assert manifest["commands"] == {"alpha say": "alpha", "hold": "alpha"}
    (feature,) = manifest["features"]
    assert (feature["name"], feature["distribution"]) == ("alpha", "kaelio-ktx")
    assert [check["status"] for check in feature["smokeChecks"]] == ["passed"]
    assert manifest["wheel"]["sha256"] == ktx.variables["KTX_WHEEL_SHA256"]


def test_a_second_install_changes_nothing(ktx: Ktx) -> None:
    first = ktx.install()
    done = ktx.run("runtime", "install", "--json")
    assert json.loads(done.stdout)["changed"] is False
    assert done.stderr == ""
    assert ktx.manifest() == first


def test_adding_a_feature_keeps_the_others_and_their_dates(ktx: Ktx) -> None:
    before = ktx.install()
    after = ktx.install("beta")
    assert [feature["name"] for feature in after["features"]] == ["alpha", "beta"]
    assert after["features"][0]["installedAt"] == before["features"][0]["installedAt"]
    assert after["generation"] != before["generation"]


def test_a_feature_brings_those_that_it_requires(ktx: Ktx) -> None:
    manifest = ktx.install("gamma")
    assert [feature["name"] for feature in manifest["features"]] == ["alpha", "beta", "gamma"]


def test_another_wheel_of_the_same_version_replaces_the_runtime_with_all_its_features(
    ktx: Ktx, other_wheel: BuiltWheel
) -> None:
    before = ktx.install("beta")
    other = ktx.with_wheel(other_wheel)
    assert other.status()["state"] == "mismatched"
    after = other.install()
    assert [feature["name"] for feature in after["features"]] == ["alpha", "beta"]
    assert after["generation"] != before["generation"]
    assert after["wheel"]["sha256"] == other_wheel.sha256


def test_a_command_runs_in_the_installed_runtime_with_its_words_and_exit_code(ktx: Ktx) -> None:
    ktx.install("beta")
    said = ktx.run("alpha", "say", "hello", "--loud", "--", "--yes")
    assert said.returncode == 0
    assert said.stdout.startswith("alpha says hello --loud -- --yes from " + str(ktx.root))
    assert ktx.run("beta").returncode == 7


def test_a_command_of_a_missing_feature_installs_it_when_told_to(ktx: Ktx) -> None:
    refused = ktx.run("beta", "--no-input")
    assert refused.returncode == 4
    assert refused.stderr.splitlines()[-1] == "hint: run: ktx runtime install --feature beta --yes"
    assert not ktx.root.exists()
    done = ktx.run("beta", "--yes")
    assert (done.returncode, done.stdout) == (7, "beta\n")


def test_an_unknown_command_is_refused_with_the_nearest_names_and_installs_nothing(ktx: Ktx) -> None:
    done = ktx.run("alhpa", "say", "--yes")
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["error: there is no command alhpa", "hint: did you mean ktx alpha say?"]
    assert not ktx.root.exists()


@pytest.mark.parametrize(
    ("feature", "code", "message", "hint"),
    [
        ("bta", 2, "there is no feature bta", "did you mean beta or delta?"),
        ("extra-less", 1, "kaelio_ktx-0.1.0-py3-none-any.whl has no extra bta", "did you mean beta?"),
    ],
)
def test_unknown_features_and_extras_are_refused_with_near_names_before_anything_is_touched(
    ktx: Ktx, feature: str, code: int, message: str, hint: str
) -> None:
    done = ktx.run("runtime", "install", "--feature", feature, "--yes")
    assert done.returncode == code
    assert done.stderr.splitlines() == [f"error: {message}", f"hint: {hint}"]
    assert not ktx.root.exists()


def test_a_feature_for_another_python_is_refused_with_the_versions(ktx: Ktx) -> None:
    done = ktx.run("runtime", "install", "--feature", "future", "--yes")
    assert done.returncode == 1
    assert "feature future needs Python >=4" in done.stderr


def test_too_little_space_is_said_before_the_start(ktx: Ktx) -> None:
    done = ktx.run("runtime", "install", "--feature", "huge", "--yes")
    assert done.returncode == 1
    assert "too little space for this install: it takes 1000000000002 MB" in done.stderr
    assert ktx.generations() == set()


@pytest.mark.parametrize(
    ("feature", "reason"),
    [
        ("sick", "sick was installed but does not work: sick: it has a fever"),
        ("slow", "slow was installed but does not work: slow: no answer within 0.5 s"),
        ("leaving", "leaving was installed but does not work: leaving: SystemExit: 0"),
    ],
)
def test_a_feature_that_fails_its_check_is_not_published(ktx: Ktx, feature: str, reason: str) -> None:
    before = ktx.install()
    done = ktx.run("runtime", "install", "--feature", feature, "--yes")
    assert done.returncode == 1
    assert f"error: {reason}" in done.stderr
    assert f"log: {ktx.logs()[-1]}" in done.stderr
    assert ktx.manifest() == before
    assert ktx.generations() == {before["generation"]}
    assert ktx.run("alpha", "say").returncode == 0


def test_an_install_that_fails_shows_the_last_lines_of_uv_and_its_log(ktx: Ktx) -> None:
    before = ktx.install()
    done = ktx.run("runtime", "install", "--feature", "unreal", "--yes")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert any("could not install the packages" in line for line in lines)
    assert any(line.startswith("  | ") and "no-such-distribution-at-all" in line for line in lines)
    assert f"log: {ktx.logs()[-1]}" in lines
    assert lines[-1] == "hint: mend that, then run: ktx runtime install --feature unreal --yes"
    assert ktx.manifest() == before
    assert ktx.generations() == {before["generation"]}


def test_only_the_last_ten_logs_stay(ktx: Ktx) -> None:
    logs = ktx.version_directory / "logs"
    logs.mkdir(parents=True)
    for number in range(15):
        (logs / f"install-20200101T0000{number:02}.000000Z.log").touch()
    ktx.install()
    assert len(ktx.logs()) == 10
    assert (logs / "install-20200101T000014.000000Z.log").is_file()


def test_status_names_the_features_and_needs_no_runtime(ktx: Ktx) -> None:
    missing = ktx.run("runtime", "status")
    assert missing.returncode == 1
    assert missing.stdout.splitlines()[0] == "runtime of ktx 0.1.0: missing"
    assert missing.stdout.splitlines()[-1] == "next: ktx runtime install --yes"
    assert not ktx.root.exists()
    ktx.install("beta")
    ready = ktx.status()
    assert ready["state"] == "ready"
    assert [feature["name"] for feature in ready["features"]] == ["alpha", "beta"]
    assert ready["diskBytes"] > 1_000_000


def test_the_installed_controller_adds_features_to_its_own_runtime(ktx: Ktx) -> None:
    ktx.install()
    inner = ktx.worker().with_variables(KTX_WHEEL=None, KTX_WHEEL_SHA256=None)
    after = inner.install("beta")
    assert [feature["name"] for feature in after["features"]] == ["alpha", "beta"]


def test_a_pip_installed_controller_builds_the_runtime_from_its_own_files(ktx: Ktx, small_wheel: BuiltWheel) -> None:
    manifest = ktx.with_variables(KTX_WHEEL=None, KTX_WHEEL_SHA256=None).install()
    assert manifest["wheel"]["file"] == small_wheel.path.name
    assert ktx.run("alpha", "say", "yes").returncode in {0, 4}


def test_what_plugins_say_after_an_install_is_shown(ktx: Ktx) -> None:
    done = ktx.run("runtime", "install", "--feature", "beta", "--yes")
    assert "ktx: welcome to alpha and beta" in done.stderr.splitlines()
    assert "to whom it may concern" in ktx.logs()[-1].read_text()


def test_consent_may_stand_before_the_command(ktx: Ktx) -> None:
    assert ktx.run("--yes", "runtime", "install").returncode == 0
    done = ktx.run("--yes", "beta")
    assert (done.returncode, done.stdout) == (7, "beta\n")
