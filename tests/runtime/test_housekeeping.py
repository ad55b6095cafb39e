"""Prune, uninstall, bundle, and the verbs that only tell."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ktx_runtime.cli.runtime import VERBS
from tests.runtime.conftest import Ktx
from tests.runtime.test_plugins import HELLO, build_plugin
from tests.support.processes import killed_after

pytestmark = pytest.mark.runtime


def tree(directory: Path) -> dict[str, tuple[int, int, str]]:
    """Every path below `directory` with its mode, size and target."""
    found = {}
    for path in sorted(directory.rglob("*")):
        stat = path.lstat()
        target = str(path.readlink()) if path.is_symlink() else ""
        found[str(path.relative_to(directory))] = (stat.st_mode, 0 if path.is_dir() else stat.st_size, target)
    return found


def plant_foreign_files(ktx: Ktx, outside: Path) -> None:
    """What a user may have put under the root, and a link that leads out of it."""
    outside.mkdir()
    (outside / "precious").write_text("keep me")
    (ktx.root / "notes.txt").write_text("mine")
    (ktx.root / "1.0 backup").mkdir()
    (ktx.root / "1.0 backup" / "manifest.json").write_text("{}")
    (ktx.root / "2.0").symlink_to(outside)
    (ktx.version_directory / "my-notes").mkdir()
    (ktx.version_directory / "my-notes" / "a.txt").write_text("mine")


def test_uninstall_removes_all_that_is_ours_and_nothing_else(ktx: Ktx, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    ktx.root.mkdir()
    ktx.version_directory.mkdir()
    plant_foreign_files(ktx, outside)
    before = tree(tmp_path)
    ktx.install("beta")
    done = ktx.run("runtime", "uninstall", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    ours_in_home = {name: entry for name, entry in tree(tmp_path).items() if not name.startswith("home")}
    assert ours_in_home == {name: entry for name, entry in before.items() if not name.startswith("home")}
    answer = json.loads(done.stdout)
    assert sorted(Path(path).name for path in answer["foreign"]) == ["1.0 backup", "2.0", "my-notes", "notes.txt"]
    assert answer["freedBytes"] > 1_000_000


def test_what_others_put_among_generations_and_wheels_stays(ktx: Ktx) -> None:
    ktx.install()
    planted = [ktx.version_directory / name / "mine" / "precious" for name in ("generations", "wheels")]
    for file in planted:
        file.parent.mkdir()
        file.write_text("keep me")
    ktx.install("beta")
    assert ktx.run("runtime", "prune", "--all").returncode == 0
    removed = json.loads(ktx.run("runtime", "uninstall", "--yes", "--json").stdout)
    assert sorted(removed["foreign"]) == sorted(str(file.parent) for file in planted)
    assert [file.read_text() for file in planted] == ["keep me", "keep me"]
    left = [path for path in ktx.root.rglob("*") if path.is_file()]
    assert sorted(left) == sorted(planted)


def test_nothing_behind_a_link_is_removed(ktx: Ktx, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    for name in ("generations", "wheels"):
        (outside / name / "0123abcd").mkdir(parents=True)
        (outside / name / "0123abcd" / "precious").write_text("keep me")
    ktx.install()
    assert ktx.run("runtime", "uninstall", "--yes").returncode == 0
    ktx.version_directory.mkdir(parents=True)
    for name in ("generations", "wheels"):
        (ktx.version_directory / name).symlink_to(outside / name)
    ktx.install()
    ktx.install("beta")
    assert ktx.run("alpha", "say").returncode == 0
    for words in [("prune", "--all"), ("uninstall", "--yes")]:
        assert ktx.run("runtime", *words).returncode == 0
        assert (outside / "generations" / "0123abcd" / "precious").read_text() == "keep me"
        assert (outside / "wheels" / "0123abcd" / "precious").read_text() == "keep me"
    assert not ktx.root.exists()


def test_uninstall_leaves_no_trace_where_everything_was_ours(ktx: Ktx) -> None:
    data = ktx.directory / "data"
    plain = ktx.with_variables(KTX_RUNTIME_ROOT=None, XDG_DATA_HOME=str(data))
    assert plain.run("runtime", "install", "--yes").returncode == 0
    root = data / "kaelio" / "ktx" / "runtime"
    assert (root / "0.1.0" / "manifest.json").is_file()
    assert plain.run("runtime", "uninstall", "--yes").returncode == 0
    assert [path for path in data.rglob("*") if "uv" not in path.relative_to(data).parts] == []


def test_uninstall_wants_consent_and_refuses_while_a_process_runs_from_it(ktx: Ktx) -> None:
    manifest = ktx.install()
    asked = ktx.run("runtime", "uninstall", "--no-input")
    assert asked.returncode == 4
    assert asked.stderr.splitlines()[-1] == "hint: run: ktx runtime uninstall --yes"
    worker = subprocess.Popen(
        [manifest["python"]["executable"], "-I", "-m", "ktx_daemon", "run", "hold"],
        env=ktx.variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with killed_after(worker):
        assert worker.stdout is not None
        worker.stdout.readline()
        refused = ktx.run("runtime", "uninstall", "--yes")
        assert refused.returncode == 1
        assert str(worker.pid) in refused.stderr
        assert ktx.status()["state"] == "ready"
        worker.communicate("go\n", timeout=60)


def test_prune_frees_old_versions_and_leftovers_and_says_how_much(ktx: Ktx, tmp_path: Path) -> None:
    ktx.install()
    old = ktx.with_variables(KTX_CLI_VERSION="0.0.9")
    assert old.run("runtime", "install", "--yes").returncode == 0
    leftover = ktx.root / f"bootstrap-{_dead_pid()}-0a1b2c3d"
    leftover.mkdir()
    plant_foreign_files(ktx, tmp_path / "outside")
    before = tree(ktx.root)
    told = json.loads(ktx.run("runtime", "prune", "--dry-run", "--json").stdout)
    assert tree(ktx.root) == before
    done = json.loads(ktx.run("runtime", "prune", "--json").stdout)
    assert done["removed"] == told["removed"]
    assert {entry["what"] for entry in done["removed"]} == {"version", "bootstrap"}
    assert done["freedBytes"] > 1_000_000
    assert not (ktx.root / "0.0.9").exists()
    assert not leftover.exists()
    assert (tmp_path / "outside" / "precious").read_text() == "keep me"
    assert (ktx.root / "1.0 backup" / "manifest.json").is_file()
    assert (ktx.root / "2.0").is_symlink()
    assert ktx.run("alpha", "say", "still").returncode == 0


def test_prune_frees_models_that_no_installed_feature_declares_and_uninstall_frees_all(ktx: Ktx) -> None:
    ktx.install()
    catalogue_file = ktx.generation_directory(ktx.manifest()["generation"]) / "catalogue.json"
    catalogue = json.loads(catalogue_file.read_text())
    feature = next(entry["feature"] for entry in catalogue["features"] if entry["feature"]["name"] == "alpha")
    feature["prefetch"] = [{"name": "wanted", "repository": "a/b", "pathVariable": "A_PATH", "files": []}]
    catalogue_file.write_text(json.dumps(catalogue))
    for name in ("wanted", "forgotten"):
        (ktx.root / "models" / name).mkdir(parents=True)
        (ktx.root / "models" / name / "weights").write_bytes(b"x" * 1000)
    done = ktx.run("runtime", "prune", "--json")
    removed = json.loads(done.stdout)["removed"]
    (model,) = (item for item in removed if item["what"] == "model")
    assert model["bytes"] >= 1000
    assert {path.name for path in (ktx.root / "models").iterdir()} == {"wanted"}
    assert ktx.run("runtime", "uninstall", "--yes").returncode == 0
    assert not ktx.root.exists()


def test_prune_keeps_a_version_that_a_process_runs_from(ktx: Ktx) -> None:
    ktx.install()
    old = ktx.with_variables(KTX_CLI_VERSION="0.0.9")
    assert old.run("runtime", "install", "--yes").returncode == 0
    manifest = json.loads((ktx.root / "0.0.9" / "manifest.json").read_text())
    worker = subprocess.Popen(
        [manifest["python"]["executable"], "-I", "-m", "ktx_daemon", "run", "hold"],
        env=ktx.variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with killed_after(worker):
        assert worker.stdout is not None
        worker.stdout.readline()
        kept = json.loads(ktx.run("runtime", "prune", "--json").stdout)["kept"]
        assert kept == [{"what": "version", "path": str(ktx.root / "0.0.9"), "reason": "a process uses it"}]
        worker.communicate("go\n", timeout=60)
    ktx.run("runtime", "prune")
    assert not (ktx.root / "0.0.9").exists()


def test_doctor_sends_nobody_to_prune_where_prune_would_free_nothing(ktx: Ktx) -> None:
    ktx.install()
    ktx.install("beta")
    assert json.loads(ktx.run("runtime", "prune", "--dry-run", "--json").stdout)["removed"] == []
    checks = json.loads(ktx.run("runtime", "doctor", "--json").stdout)["checks"]
    (generations,) = (check for check in checks if check["name"] == "generations")
    assert (generations["status"], generations["fix"]) == ("pass", None)


def _dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
    return process.pid


def test_another_version_of_the_launcher_has_a_runtime_of_its_own(ktx: Ktx) -> None:
    ktx.install()
    other = ktx.with_variables(KTX_CLI_VERSION="0.2.0")
    assert other.status()["state"] == "missing"
    done = other.run("runtime", "install", "--yes")
    assert done.returncode == 0
    assert "ktx: this is ktx 0.2.0 with the wheel of 0.1.0: installing it as the former" in done.stderr.splitlines()
    assert other.status()["state"] == "ready"
    assert ktx.status()["state"] == "ready"


@pytest.mark.deep
def test_a_bundle_installs_without_a_network_a_cache_or_a_uv(ktx: Ktx, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    made = ktx.run("runtime", "bundle", str(bundle), "--feature", "gamma", "--json", "--progress", "none")
    assert made.returncode == 0, made.stderr
    names = sorted(json.loads(made.stdout)["files"])
    assert [name.split("-")[0] for name in names if name.startswith(("kaelio", "tiny", "uv"))] == [
        "kaelio_ktx",
        "tiny_beta",
        "tiny_gamma",
        "uv",
    ]
    alone = ktx.with_variables(
        KTX_UV=None,
        PATH="/nowhere",
        UV_FIND_LINKS=None,
        UV_CACHE_DIR=str(tmp_path / "empty"),
        UV_DEFAULT_INDEX="http://127.0.0.1:9/simple",
    )
    words = ["--feature", "gamma", "--wheelhouse", str(bundle), "--offline", "--yes"]
    done = alone.run("runtime", "install", *words)
    assert done.returncode == 0, done.stderr
    assert ktx.run("beta").returncode == 7
    assert "our own copy" in ktx.logs()[-1].read_text()


def test_a_bundle_carries_the_plugins_that_are_wanted_and_what_they_need(ktx: Ktx, tmp_path: Path) -> None:
    ktx.install()
    plugin = build_plugin(tmp_path / "plugins", "ktx-hello", HELLO)
    added = ktx.run("runtime", "plugins", "add", str(plugin.path), "--yes")
    assert added.returncode == 0, added.stderr
    bundle = tmp_path / "bundle"
    made = ktx.run("runtime", "bundle", str(bundle), "--json", "--progress", "none")
    assert made.returncode == 0, made.stderr
    answer = json.loads(made.stdout)
    assert {name.split("-")[0] for name in answer["files"]} >= {"kaelio_ktx", "ktx_hello", "tiny_gamma", "uv"}
    add = ["runtime", "plugins", "add", "ktx-hello", "--wheelhouse", str(bundle), "--yes"]
    assert answer["plugins"] == [shlex.join(["ktx", *add])]
    plugin.path.unlink()
    there = ktx.with_variables(
        KTX_RUNTIME_ROOT=str(tmp_path / "there"),
        UV_FIND_LINKS=None,
        UV_CACHE_DIR=str(tmp_path / "empty"),
        UV_DEFAULT_INDEX="http://127.0.0.1:9/simple",
    )
    done = there.run("runtime", "install", "--wheelhouse", str(bundle), "--yes")
    assert done.returncode == 0, done.stderr
    done = there.run(*add)
    assert done.returncode == 0, done.stderr
    assert there.run("hello").stdout == "hello from gamma\n"


def test_without_uv_and_with_fetching_forbidden_the_error_says_how_to_go_on(ktx: Ktx) -> None:
    alone = ktx.with_variables(KTX_UV=None, PATH="/nowhere", KTX_UV_BOOTSTRAP="never", KTX_PROGRAM="npx @kaelio/ktx")
    done = alone.run("runtime", "install", "--yes")
    assert done.returncode == 1
    error, hint = done.stderr.splitlines()[-2:]
    assert error == (
        "error: uv 0.8.0 or later is needed and not to be had: fetching it is forbidden: KTX_UV_BOOTSTRAP=never"
    )
    assert hint.startswith("hint: install uv (pip install uv, ")
    assert hint.endswith("), then run: npx @kaelio/ktx runtime install --yes")


def test_a_uv_that_is_named_and_does_not_run_is_an_error(ktx: Ktx) -> None:
    done = ktx.with_variables(KTX_UV="/nowhere/uv").run("runtime", "install", "--yes", "--json")
    assert json.loads(done.stdout)["error"]["code"] == "uv-unusable"


def test_a_uv_that_is_too_old_is_passed_over(ktx: Ktx, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "uv"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'uv 0.1.2 (old)'\n")
    old.chmod(0o755)
    alone = ktx.with_variables(KTX_UV=None, PATH=f"{old.parent}:/usr/bin:/bin", KTX_UV_BOOTSTRAP="never")
    done = alone.run("runtime", "install", "--yes", "--json")
    assert json.loads(done.stdout)["error"]["code"] == "uv-missing"


def test_every_verb_answers_json_with_the_envelope(ktx: Ktx, tmp_path: Path) -> None:
    ktx.install()
    words = {
        "install": ["--yes"],
        "ensure": ["--feature", "alpha", "--no-input"],
        "logs": ["install"],
        "prune": ["--dry-run"],
    }
    # `start` and `stop` have tests of their own; these change what the others look at.
    silent = set(VERBS) - {"start", "stop", "bundle", "uninstall", "plugins"}
    for verb in sorted(silent):
        done = ktx.run("runtime", verb, *words.get(verb, []), "--json")
        answer = json.loads(done.stdout)
        assert (answer["schemaVersion"], answer["command"], answer["ok"]) == (1, f"runtime {verb}", True), done.stderr
        failed = ktx.run("runtime", verb, "--no-such-option", "--json")
        assert failed.returncode == 2
        assert json.loads(failed.stdout)["error"]["code"] == "usage"


def test_ensure_tells_a_program_all_that_it_needs(ktx: Ktx) -> None:
    refused = ktx.run("runtime", "ensure", "--feature", "beta", "--no-input", "--json")
    assert refused.returncode == 4
    assert json.loads(refused.stdout)["error"]["code"] == "consent-required"
    done = ktx.run("runtime", "ensure", "--feature", "beta", "--yes", "--json")
    answer = json.loads(done.stdout)
    assert answer["features"] == ["alpha", "beta"]
    assert answer["changed"] is True
    assert Path(answer["python"]).is_file()
    assert Path(answer["daemonExecutable"]).is_file()


def test_progress_as_ndjson_has_phases_in_order_and_leaves_stdout_to_data(ktx: Ktx) -> None:
    done = ktx.run("runtime", "install", "--yes", "--progress", "json", "--json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["phase"] for event in events] == [
        "environment",
        "packages",
        "describe",
        "check",
        "publish",
        "note",
        "done",
    ]
    assert events[-2]["message"] == "welcome to alpha"
    fractions = [event["fraction"] for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert json.loads(done.stdout)["ok"] is True


def test_features_lists_what_is_installed_and_what_could_be(ktx: Ktx) -> None:
    ktx.install("beta")
    rows = {row["name"]: row for row in json.loads(ktx.run("runtime", "features", "--json").stdout)["features"]}
    assert {name for name, row in rows.items() if row["installed"]} == {"alpha", "beta"}
    assert rows["gamma"]["requires"] == ["beta"]
    assert rows["beta"]["consent"] == "separate"


def test_logs_shows_the_end_of_the_newest_install_log(ktx: Ktx) -> None:
    ktx.install()
    done = ktx.run("runtime", "logs", "install", "--lines", "3")
    assert done.stdout.splitlines()[0] == f"==> {ktx.logs()[-1]}"
    assert done.stdout.splitlines()[-1].endswith("== ready: alpha")


def test_an_unexpected_error_ends_with_3_and_a_log_without_the_words_of_the_call(ktx: Ktx) -> None:
    code = (
        "from ktx_runtime.cli.verb_group import VerbGroup\nfrom ktx_runtime.cli.main import main\n"
        "def fail(group, words, call): raise RuntimeError('a defect')\n"
        "VerbGroup.run = fail\nraise SystemExit(main(['runtime', 'status', 'token=secret']))\n"
    )
    done = subprocess.run(
        [ktx.python, "-I", "-c", code], env=ktx.variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    (log,) = (ktx.version_directory / "logs").glob("error-*.log")
    assert f"log: {log}" in done.stderr
    assert "Traceback" not in done.stderr
    written = log.read_text()
    assert "RuntimeError: a defect" in written
    assert "secret" not in written


def test_a_directory_in_the_way_is_told_as_such(ktx: Ktx) -> None:
    ktx.version_directory.mkdir(parents=True)
    (ktx.version_directory / "generations").write_text("a file")
    done = ktx.run("runtime", "install", "--yes", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "root-not-writable"


def test_a_pipe_that_closes_early_is_no_error(ktx: Ktx) -> None:
    ktx.install()
    words = " ".join(["exec", str(ktx.python), "-I", "-m", "ktx_runtime", "runtime", "features"])
    done = subprocess.run(
        ["/bin/bash", "-c", f"({words}; echo code=$? >&2) | true"],
        env=ktx.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
