"""The workflows of a public CI, which do not run here: what can be said of them without running them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
WORKFLOWS = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture(params=WORKFLOWS, ids=lambda file: file.name)
def workflow(request) -> Path:
    return request.param


def steps(workflow: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every step with its job."""
    for job in yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values():
        for step in job["steps"]:
            yield job, step


def scripts(workflow: Path) -> list[str]:
    return [step["run"] for _, step in steps(workflow) if "run" in step]


def test_it_has_the_shape_that_a_workflow_has(workflow):
    argv = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", workflow]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")


def test_its_scripts_are_shell(workflow):
    for script in scripts(workflow):
        without_expressions = re.sub(r"\$\{\{.*?\}\}", "x", script)
        done = subprocess.run(["bash", "-n"], input=without_expressions, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), script


def test_what_its_scripts_run_is_there(workflow):
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for script in scripts(workflow):
        for words in re.findall(r"^make (.*)$", script, re.MULTILINE):
            assert set(words.split()) <= targets
        for module in re.findall(r"-m (scripts\.[\w.]+)", script):
            place = CHECKOUT / module.replace(".", "/")
            assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()
        for folder in re.findall(r" (tests/\S+)", script):
            assert (CHECKOUT / folder).is_dir()


def test_no_expression_stands_in_a_script(workflow):
    """Where somebody else's text would be run as shell."""
    assert [script for script in scripts(workflow) if "${{" in script] == []


def test_no_checkout_leaves_credentials_behind(workflow):
    checkouts = [step for _, step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_release_check_runs_the_same_tarball_on_all_three_systems():
    (file,) = (file for file in WORKFLOWS if "release-check" in file.read_text("utf-8"))
    job = yaml.safe_load(file.read_text("utf-8"))["jobs"]["release-check"]
    assert job["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert job["needs"] == "package"
    assert [step for step in job["steps"] if "make" in step.get("run", "")] == []
