"""`make release`, for real, in copies of this checkout; and what `make publish` refuses."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import urllib.request
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from filelock import FileLock

from scripts.release.build import CHECKOUT
from scripts.release.rebuild import copy_checkout
from scripts.release.version import FILE, Version, stamp, written_version
from tests.npm.test_registry import verdaccio

PYTHON = CHECKOUT / ".venv" / "bin" / "python"
VERSION = Version.from_npm("3.2.1-rc.4")


def command(checkout: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A module of the copy's, with this checkout's tools."""
    return subprocess.run(
        [PYTHON, "-m", *words],
        cwd=checkout,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def make_copy(directory: Path) -> Path:
    """The sources."""
    (CHECKOUT / "build").mkdir(exist_ok=True)
    with FileLock(CHECKOUT / "build" / ".lock"):
        return copy_checkout(directory)


def release(copy: Path, **variables: str) -> Path:
    done = command(copy, "scripts.release.prepare", VERSION.npm, **variables)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("next: make release-check\n")
    return copy / "build" / "release" / VERSION.npm


@pytest.fixture(scope="session")
def repository(tmp_path_factory) -> Path:
    """A repository whose commit is tagged, and a release made from it. Made once for all workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    place, done = shared / "release", shared / "release.done"
    with FileLock(shared / "release.lock"):
        if not done.exists():
            copy = make_copy(place)
            stamp(copy, VERSION)
            git(copy, "init", "--quiet", "--initial-branch=main")
            git(copy, "add", "--all")
            git(copy, "commit", "--quiet", "--message", "Release")
            git(copy, "tag", VERSION.tag)
            release(copy)
            done.touch()
    return place


@pytest.fixture
def made(repository) -> Path:
    """The files of the release."""
    return repository / "build" / "release" / VERSION.npm


def sums_of(directory: Path) -> dict[str, str]:
    """Of every file but `release.json`, which tells of the repository."""
    files = (file for file in directory.iterdir() if file.name != "release.json")
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_same_sources_give_the_same_bytes_wherever_and_whenever(made, tmp_path):
    copy = make_copy(tmp_path / "deep" / "in a folder of anöther name")
    before = os.umask(0o077)
    try:
        again = release(copy, TZ="Asia/Kathmandu", LC_ALL="C", PYTHONHASHSEED="77", SOURCE_DATE_EPOCH="1900000000")
    finally:
        os.umask(before)
    assert sums_of(again) == sums_of(made)


def test_wheel_and_package_have_the_stamped_version_each_in_its_spelling(made):
    names = {file.name for file in made.iterdir()}
    assert {f"kaelio-ktx-{VERSION.npm}.tgz", f"kaelio_ktx-{VERSION.python}-py3-none-any.whl"} <= names
    with tarfile.open(made / f"kaelio-ktx-{VERSION.npm}.tgz") as archive:
        package = json.load(archive.extractfile("package/package.json"))
        runtime = json.load(archive.extractfile("package/assets/runtime.json"))
        wheel = archive.extractfile(f"package/assets/{runtime['wheel']['file']}").read()
    assert (package["version"], runtime["version"]) == (VERSION.npm, VERSION.python)
    assert wheel == (made / f"kaelio_ktx-{VERSION.python}-py3-none-any.whl").read_bytes()
    assert written_version(made.parents[2]) == VERSION


def test_the_checksums_are_sha256sums(made):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=made, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout.count(b": OK")) == (0, 3)


def test_the_bill_of_materials_is_cyclonedx_and_names_everything_that_is_locked(made):
    text = (made / f"kaelio-ktx-{VERSION.npm}.cdx.json").read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    components = {component["purl"]: component for component in bill["components"]}
    locks = "".join(lock.read_text("utf-8") for lock in (CHECKOUT / "ktx_runtime" / "locks").glob("*.lock"))
    pinned = {line.split(";")[0].split()[0] for line in locks.splitlines() if "==" in line and not line.startswith(" ")}
    assert {f"pkg:pypi/{pin.replace('==', '@')}" for pin in pinned} <= set(components)
    tools = json.loads((CHECKOUT / "npm" / "package-lock.json").read_text("utf-8"))["packages"]
    assert sum(one["scope"] == "excluded" for one in components.values()) == len(tools) - 1
    assert bill["metadata"]["component"]["purl"] == f"pkg:npm/%40kaelio/ktx@{VERSION.npm}"
    tarball = hashlib.sha256((made / f"kaelio-ktx-{VERSION.npm}.tgz").read_bytes()).hexdigest()
    assert bill["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": tarball}]


def test_a_release_of_which_the_changelog_says_nothing_changes_nothing(tmp_path):
    copy = make_copy(tmp_path / "copy")
    (copy / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n")
    done = command(copy, "scripts.release.prepare", "9.9.9")
    assert done.returncode == 1
    assert done.stderr == "error: CHANGELOG.md says nothing of 9.9.9\nhint: say what changed, below ## Unreleased\n"
    assert (copy / FILE).read_text() == (CHECKOUT / FILE).read_text()
    assert not (copy / "build").exists()


def test_a_release_is_cut_then_committed_then_made_again_from_the_commit(repository, tmp_path):
    """As CONTRIBUTING.md says, each next command taken from what the one before printed."""
    copy = Path(shutil.copytree(repository, tmp_path / "copy", symlinks=True))
    today = dt.datetime.now(dt.UTC).date().isoformat()
    first = command(copy, "scripts.release.prepare", "3.2.1")
    assert first.returncode == 0, first.stderr
    assert first.stderr.splitlines() == [
        "stamped 3.2.1 into ktx_runtime/version.py",
        "moved what was unreleased to 3.2.1 in CHANGELOG.md",
    ]
    assert f"## Unreleased\n\n## 3.2.1 - {today}\n\n### Added\n" in (copy / "CHANGELOG.md").read_text("utf-8")
    said = first.stdout.splitlines()[-1]
    assert said == (
        'made from what is not committed; next: git commit --all --message "Release 3.2.1" && git tag v3.2.1'
        " && make release VERSION=3.2.1"
    )
    sums = sums_of(copy / "build" / "release" / "3.2.1")
    git(copy, "commit", "--all", "--quiet", "--message", "Release 3.2.1")
    git(copy, "tag", "v3.2.1")
    second = command(copy, "scripts.release.prepare", "3.2.1")
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout.endswith("next: make release-check\n")
    assert sums_of(copy / "build" / "release" / "3.2.1") == sums
    record = json.loads((copy / "build" / "release" / "3.2.1" / "release.json").read_text())
    assert (record["commit"], record["changed"]) == (git(copy, "rev-parse", "HEAD").strip(), [])


def git(directory: Path, *words: str) -> str:
    names = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.invalid", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *names, *words], cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def tagged(repository, tmp_path) -> Path:
    """The repository and the release, to be spoilt."""
    unneeded = shutil.ignore_patterns("node_modules", ".tools", "build")
    shutil.copytree(repository / "build" / "release", tmp_path / "copy" / "build" / "release")
    return Path(shutil.copytree(repository, tmp_path / "copy", ignore=unneeded, dirs_exist_ok=True))


def write_report(copy: Path, *, sha256: str | None = None, outcome: str = "pass") -> None:
    tarball = copy / "build" / "release" / VERSION.npm / f"kaelio-ktx-{VERSION.npm}.tgz"
    row = {"number": 1, "name": "clean install", "outcome": outcome, "optional": False, "detail": "why"}
    known = sha256 or hashlib.sha256(tarball.read_bytes()).hexdigest()
    report = {"schemaVersion": 1, "tarball": {"sha256": known}, "checks": [row]}
    (copy / "build" / "release-check.json").write_text(json.dumps(report))


def publish(copy: Path, *words: str) -> tuple[int, list[str], str]:
    """Exit code, what is in the way, and all of stderr. npm's registry is a port where nobody listens."""
    nobody = "http://127.0.0.1:9/"
    done = command(
        copy, "scripts.release.publish", VERSION.npm, *words, npm_config_registry=nobody, npm_config_fetch_retries="0"
    )
    reasons = [line.removeprefix("not publishable: ") for line in done.stderr.splitlines() if line.startswith("not ")]
    return done.returncode, reasons, done.stderr


def test_everything_that_keeps_a_release_from_being_published_is_told_at_once(tagged):
    # Not checked yet, and no word that says how.
    assert publish(tagged)[:2] == (1, ["it was not checked: run make release-check"])
    write_report(tagged, sha256="0" * 64)
    assert publish(tagged)[1] == ["another tarball was checked: run make release-check"]
    write_report(tagged, outcome="fail")
    assert publish(tagged)[1] == ["check 1 (clean install) failed"]
    write_report(tagged, outcome="skipped")
    assert publish(tagged)[1] == ["check 1 (clean install) was skipped: why"]
    write_report(tagged)
    code, reasons, told = publish(tagged)
    assert (code, reasons) == (1, [])
    assert told.startswith("nothing was published\nhint: say --dry-run or --really-publish")
    # All is well now; then much is not.
    (tagged / "README.md").write_text("changed")
    git(tagged, "tag", "--delete", VERSION.tag)
    wheel = next((tagged / "build" / "release" / VERSION.npm).glob("*.whl"))
    wheel.write_bytes(wheel.read_bytes()[:-1])
    code, reasons, _ = publish(tagged, "--really-publish")
    assert code == 1
    assert reasons == [
        f"{wheel.name} is not what SHA256SUMS says",
        "the checkout has changes: M README.md",
        f"this commit has no tag {VERSION.tag}",
    ]
    git(tagged, "commit", "--quiet", "--all", "--message", "Later")
    assert any(reason.startswith("it was made from ") for reason in publish(tagged)[1])


def test_a_dry_run_goes_as_far_as_npm_goes_without_sending(tagged):
    write_report(tagged)
    code, reasons, told = publish(tagged, "--dry-run")
    assert (code, reasons) == (0, []), told
    assert f"kaelio-ktx-{VERSION.npm}.tgz" in told
    assert "with tag next" in told


@pytest.mark.deep
def test_what_passed_is_what_a_real_registry_then_has(tagged, tmp_path):
    write_report(tagged)
    (tmp_path / "registry").mkdir()
    with verdaccio(tmp_path / "registry") as address:
        settings = tmp_path / "npmrc"
        settings.write_text(f"registry={address}/\n{address.removeprefix('http:')}/:_authToken=none\n")
        variables = {"npm_config_userconfig": str(settings), "npm_config_registry": f"{address}/"}
        done = command(tagged, "scripts.release.publish", VERSION.npm, "--really-publish", **variables)
        assert done.returncode == 0, done.stderr
        with urllib.request.urlopen(f"{address}/@kaelio%2fktx", timeout=30) as answer:  # noqa: S310 - our own
            published = json.load(answer)
        again = command(tagged, "scripts.release.publish", VERSION.npm, "--really-publish", **variables)
    tarball = tagged / "build" / "release" / VERSION.npm / f"kaelio-ktx-{VERSION.npm}.tgz"
    sha512 = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    assert published["versions"][VERSION.npm]["dist"]["integrity"] == f"sha512-{sha512}"
    assert published["dist-tags"]["next"] == VERSION.npm
    assert again.returncode != 0
