"""Every hook is in the reference with its exact signature, has a policy, and an example that runs."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

from ktx_runtime.registry import spec
from ktx_runtime.registry.spec import HOOKS, HookSpecs

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("script", ["hook_reference", "api_reference"])
def test_the_reference_is_what_the_code_says(script: str) -> None:
    done = subprocess.run(
        [sys.executable, f"scripts/{script}.py", "--check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_hook_has_a_policy() -> None:
    assert [hook.name for hook in HOOKS] == [name for name in vars(HookSpecs) if name.startswith("ktx_")]


@pytest.mark.parametrize("hook", [hook.name for hook in HOOKS])
def test_the_example_runs(hook: str) -> None:
    finder = doctest.DocTestFinder(recurse=False)
    (example,) = finder.find(getattr(HookSpecs, hook), hook, globs=dict(vars(spec)))
    assert example.examples
    runner = doctest.DocTestRunner()
    runner.run(example)
    assert runner.failures == 0
