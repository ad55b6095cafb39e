"""The release check itself: quick ones of its checks on the real package, and that it notices what is wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.release_check.bench import Bench, Subject
from scripts.release_check.check import Check, CheckFailed, CheckSkipped, Outcome
from scripts.release_check.checks import ALL
from scripts.release_check.examine import examine
from tests.npm.conftest import tarball, unpacked  # noqa: F401 - fixtures
from tests.npm.package import CHECKOUT, NODE, UV, uv_cache

QUICK = "1,2,12,14,15"


def check(package: Path, *words: str) -> tuple[int, str, dict]:
    report = package.parent / "report.json"
    done = subprocess.run(
        [sys.executable, "-m", "scripts.release_check", package, "--json", report, "--uv", UV, *words],
        cwd=CHECKOUT,
        env={**os.environ, "UV_CACHE_DIR": uv_cache()},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout, json.loads(report.read_text("utf-8"))


@pytest.fixture
def package(tarball, tmp_path) -> Path:  # noqa: F811
    return Path(shutil.copy2(tarball, tmp_path))


def test_the_quick_checks_pass_on_what_is_packed_here(package):
    code, told, report = check(package, "--only", QUICK)
    assert (code, report["ok"]) == (0, True), told
    assert [row["number"] for row in report["checks"]] == [1, 2, 12, 14, 15]
    assert {row["outcome"] for row in report["checks"]} == {"pass"}
    assert report["tarball"]["size"] == package.stat().st_size
    for row in report["checks"]:
        assert f"{row['number']:>2}  {row['name']} " in told


def test_what_is_wrong_with_a_package_is_a_row_with_its_log(unpacked, tmp_path):  # noqa: F811
    spoilt = Path(shutil.copytree(unpacked, tmp_path / "package"))
    described = json.loads((spoilt / "package.json").read_text("utf-8"))
    described["scripts"] = {"postinstall": "node -e 0"}
    (spoilt / "package.json").write_text(json.dumps(described))
    (spoilt / "dist" / "bin.js").write_text("#!/usr/bin/env node\nconsole.error('no'); process.exit(3)\n")
    done = subprocess.run(
        [NODE.parent / "npm", "pack", "--silent", spoilt], cwd=tmp_path, check=True, capture_output=True
    )
    code, told, report = check(tmp_path / done.stdout.decode().strip(), "--only", "1,2,7")
    assert (code, report["ok"]) == (1, False)
    first, second, third = report["checks"]
    assert (first["outcome"], first["detail"]) == ("fail", "package.json has scripts")
    assert second["outcome"] == "fail"
    assert second["detail"].startswith("exit code 3, not 0: npx --yes ")
    assert "[exit 3]" in second["log"]
    assert (third["outcome"], third["optional"], third["log"]) == ("skipped", True, None)
    assert "---- 2 npx of the packed package\n$ npx --yes " in told
    assert told.endswith("0 passed, 2 failed, 1 skipped in " + told.rpartition(" in ")[2])


def test_no_check_stops_the_others_whatever_happens_in_it(tmp_path):
    def ending(error: Exception):
        def run(bench):
            raise error

        return run

    checks = [
        Check(1, "fails", ending(CheckFailed("so"))),
        Check(2, "skips", ending(CheckSkipped("because"))),
        Check(3, "is wrong itself", ending(ZeroDivisionError("oh"))),
        Check(4, "passes", lambda _: "seen"),
    ]
    rows = list(examine(checks, Bench(Subject(tmp_path, lambda: tmp_path), tmp_path)))
    assert [(row.outcome, row.detail) for row in rows] == [
        (Outcome.FAIL, "so"),
        (Outcome.SKIPPED, "because"),
        (Outcome.FAIL, "the check itself failed: ZeroDivisionError('oh')"),
        (Outcome.PASS, "seen"),
    ]


def test_there_are_the_fifteen_in_order_and_only_the_large_download_is_optional():
    assert [check.number for check in ALL] == list(range(1, 16))
    assert [check.name for check in ALL if check.optional] == ["local embeddings"]
