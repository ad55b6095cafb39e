"""The framework knows no feature, and its warm path imports next to nothing."""

from __future__ import annotations

import re
import resource
import subprocess
import tomllib

import pytest

from tests.runtime.conftest import Ktx
from tests.runtime.small_wheel import REPOSITORY

ROUNDS = 9


def feature_words() -> set[str]:
    """Names of the features that ship in the wheel, and of their packages and extras."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    plugins = project["entry-points"]["ktx.plugins"]
    names = set(plugins) | set(project["optional-dependencies"]) - {"testing"}  # that is of no feature
    return names | {target.split(".")[0] for target in plugins.values()} | {name.replace("-", "_") for name in names}


def test_the_framework_names_no_feature() -> None:
    words = feature_words()
    assert {"core", "ktx_core"} <= words
    pattern = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, sorted(words)))})(?![\w-])")
    named = [
        f"{file.relative_to(REPOSITORY)}:{number}: {line.strip()}"
        for file in sorted((REPOSITORY / "ktx_runtime").rglob("*.py"))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert named == []


def imported_by(ktx: Ktx, *words: str) -> set[str]:
    code = (
        "import sys\nfrom ktx_runtime.cli.main import main\n"
        f"code = main({list(words)!r})\nprint('\\n'.join(sys.modules), file=sys.stderr)\nraise SystemExit(code)\n"
    )
    done = subprocess.run(
        [ktx.python, "-I", "-c", code],
        env=ktx.variables,
        cwd=ktx.directory,
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split(".")[0] for line in done.stderr.splitlines()}


@pytest.mark.runtime
@pytest.mark.parametrize("words", [("runtime", "status"), ("runtime", "install", "--yes"), ("runtime", "path")])
def test_the_warm_path_imports_no_feature_and_no_library(ktx: Ktx, words: tuple[str, ...]) -> None:
    ktx.install("beta")
    imported = imported_by(ktx, *words)
    assert "ktx_runtime" in imported
    assert (
        imported & {"small", "tiny_beta", "pydantic", "pluggy", "psutil", "filelock", "packaging", "asyncio"} == set()
    )


def cpu_seconds(argv: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.runtime
@pytest.mark.parametrize(
    ("words", "limit"),
    [(("runtime", "ensure", "--json"), 0.120), (("runtime", "status"), 0.150)],
    ids=["ensure", "status"],
)
def test_what_changes_nothing_costs_next_to_nothing(ktx: Ktx, words: tuple[str, ...], limit: float) -> None:
    ktx.install("beta")
    worker = ktx.worker()
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(cpu_seconds([str(worker.python), "-I", "-c", "pass"], ktx.variables))
        ours.append(cpu_seconds(worker.argv(*words), ktx.variables))
    assert min(ours) - min(bare) <= limit
