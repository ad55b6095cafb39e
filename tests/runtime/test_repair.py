"""Whatever becomes of the files: status says so, the next run repairs it, and every feature stays."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runtime.conftest import Ktx
from tests.runtime.small_wheel import BuiltWheel

pytestmark = pytest.mark.runtime


def rewrite(ktx: Ktx, **changes: object) -> None:
    ktx.manifest_file.write_text(json.dumps(ktx.manifest() | changes))


def empty_manifest(ktx: Ktx) -> None:
    ktx.manifest_file.write_text("")


def truncate_manifest(ktx: Ktx) -> None:
    text = ktx.manifest_file.read_text()
    ktx.manifest_file.write_text(text[: len(text) // 2])


def write_a_list(ktx: Ktx) -> None:
    ktx.manifest_file.write_text("[]")


def write_nonsense(ktx: Ktx) -> None:
    ktx.manifest_file.write_bytes(b"\xff\xfe\x00nonsense")


def drop_a_key(ktx: Ktx) -> None:
    manifest = ktx.manifest()
    del manifest["python"]
    ktx.manifest_file.write_text(json.dumps(manifest))


def write_newer_schema(ktx: Ktx) -> None:
    rewrite(ktx, schemaVersion=2, features="in another shape")


def write_another_cli(ktx: Ktx) -> None:
    rewrite(ktx, cliVersion="9.9.9")


def name_another_generation(ktx: Ktx) -> None:
    rewrite(ktx, generation="../../etc")


def name_an_interpreter_elsewhere(ktx: Ktx) -> None:
    rewrite(ktx, python={"executable": "/usr/bin/python3", "version": "3.11"})


def delete_generation(ktx: Ktx) -> None:
    shutil.rmtree(ktx.generation_directory(ktx.manifest()["generation"]))


def delete_interpreter(ktx: Ktx) -> None:
    Path(ktx.manifest()["python"]["executable"]).unlink()


def lose_base_interpreter(ktx: Ktx) -> None:
    """What a system upgrade does: the link stays, what it points to is gone."""
    for link in Path(ktx.manifest()["python"]["executable"]).parent.glob("python*"):
        link.unlink()
        link.symlink_to("/usr/bin/python3.0-is-gone")


def delete_catalogue(ktx: Ktx) -> None:
    (ktx.generation_directory(ktx.manifest()["generation"]) / "catalogue.json").unlink()


def delete_manifest(ktx: Ktx) -> None:
    ktx.manifest_file.unlink()


DAMAGE = {
    empty_manifest: "broken",
    truncate_manifest: "broken",
    write_a_list: "broken",
    write_nonsense: "broken",
    drop_a_key: "broken",
    write_newer_schema: "mismatched",
    write_another_cli: "mismatched",
    name_another_generation: "broken",
    name_an_interpreter_elsewhere: "broken",
    delete_generation: "broken",
    delete_interpreter: "broken",
    lose_base_interpreter: "broken",
    delete_catalogue: "broken",
    delete_manifest: "missing",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, new_ktx: Callable[[Path], Ktx]) -> Ktx:
    """A runtime that one test after the other damages and repairs."""
    ktx = new_ktx(tmp_path_factory.mktemp("repair"))
    ktx.install("beta")
    return ktx


@pytest.mark.parametrize(("damage", "state"), DAMAGE.items(), ids=lambda value: getattr(value, "__name__", value))
def test_damage_is_told_with_its_reason_and_repaired_with_all_features(
    installed: Ktx, damage: Callable[[Ktx], None], state: str
) -> None:
    damage(installed)
    told = installed.status()
    assert told["state"] == state
    assert told["reason"]
    assert told["next"] == "ktx runtime install --yes"
    refused = installed.run("alpha", "say", "--no-input")
    assert refused.returncode == 4
    after = installed.install()
    assert [feature["name"] for feature in after["features"]] == ["alpha", "beta"]
    assert installed.status()["state"] == "ready"
    assert installed.run("alpha", "say", "again").returncode == 0


def test_a_manifest_of_a_newer_ktx_is_told_as_such(ktx: Ktx) -> None:
    ktx.install()
    write_newer_schema(ktx)
    assert ktx.status()["reason"] == "manifest.json was written by a newer ktx (schema 2, this one reads 1)"


def test_doctor_finds_a_changed_file_and_mends_it(ktx: Ktx) -> None:
    manifest = ktx.install("beta")
    (module,) = ktx.generation_directory(manifest["generation"]).glob("venv/lib/*/site-packages/tiny_beta.py")
    # A link shares the file with uv's cache, which must not be harmed.
    module.unlink()
    module.write_text("WORD = 'spoilt'\n")
    found = json.loads(ktx.run("runtime", "doctor", "--json").stdout)
    failed = {check["name"]: check for check in found["checks"] if check["status"] == "fail"}
    assert set(failed) == {"files", "feature beta"}
    assert "tiny_beta.py" in failed["files"]["detail"]
    assert failed["feature beta"]["detail"] == "imports: another word"
    mended = ktx.run("runtime", "doctor", "--fix", "--yes", "--json", "--progress", "none")
    assert mended.returncode == 0, mended.stdout
    assert json.loads(mended.stdout)["repaired"][0] == "the runtime was built again"
    assert ktx.manifest()["generation"] != manifest["generation"]


def test_doctor_asks_what_plugins_want_to_have_asked(ktx: Ktx) -> None:
    ktx.install("beta")
    assert ktx.run("runtime", "doctor").returncode == 0
    (Path(ktx.manifest()["python"]["executable"]).parents[1] / "run-out").touch()
    found = ktx.run("runtime", "doctor", "--json")
    assert found.returncode == 1
    failed = [check for check in json.loads(found.stdout)["checks"] if check["status"] == "fail"]
    assert [(check["name"], check["detail"], check["fix"]) for check in failed] == [
        ("beta licence", "it has run out", "renew it")
    ]


def test_doctor_of_a_sound_runtime_passes_everything_and_changes_nothing(ktx: Ktx) -> None:
    ktx.install()
    before = sorted(ktx.root.rglob("*"))
    done = ktx.run("runtime", "doctor", "--json")
    assert done.returncode == 0, done.stdout
    assert {check["status"] for check in json.loads(done.stdout)["checks"]} == {"pass"}
    after = sorted(path for path in ktx.root.rglob("*") if "__pycache__" not in path.parts)
    assert after == [path for path in before if "__pycache__" not in path.parts]


def test_doctor_where_nothing_is_installed_says_what_is_missing(ktx: Ktx) -> None:
    done = ktx.run("runtime", "doctor", "--json")
    assert done.returncode == 1
    failed = [check for check in json.loads(done.stdout)["checks"] if check["status"] == "fail"]
    assert [(check["name"], check["fix"]) for check in failed] == [("runtime", "run: ktx runtime install --yes")]
    assert not ktx.root.exists()


@pytest.mark.parametrize("damage", ["truncated", "altered", "gone"])
def test_a_damaged_wheel_is_refused_and_the_runtime_before_keeps_answering(
    ktx: Ktx, other_wheel: BuiltWheel, tmp_path: Path, damage: str
) -> None:
    before = ktx.install()
    content = other_wheel.path.read_bytes()
    damaged = tmp_path / other_wheel.path.name
    if damage != "gone":
        altered = content[:1000] + bytes([content[1000] ^ 1]) + content[1001:]
        damaged.write_bytes(content[:-100] if damage == "truncated" else altered)
    update = ktx.with_wheel(BuiltWheel(damaged, other_wheel.sha256))
    done = update.run("runtime", "install", "--yes", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "wheel-unusable"
    assert str(damaged) in done.stderr
    assert ktx.manifest() == before
    assert ktx.run("alpha", "say", "still").returncode == 0
    assert update.with_wheel(other_wheel).install()["wheel"]["sha256"] == other_wheel.sha256
