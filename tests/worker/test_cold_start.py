"""What a cold start imports. Its time is in benchmarks/cold_start.py; what it must not import is behaviour."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

SOURCES = [
    {
        "name": "orders",
        "table": "orders",
        "grain": ["id"],
        "columns": [{"name": "id", "type": "number"}],
        "measures": [{"name": "orders", "expr": "count(*)"}],
    }
]
REQUEST = json.dumps({"sources": SOURCES, "query": {"measures": ["orders.orders"]}})


OURS = ("ktx_core", "ktx_daemon", "ktx_runtime", "semantic_layer")
LISTED = Path(__file__).parent / "imported_by_a_query.txt"


def _imported(worker, *words: str, stdin: str = "", code: str | None = None) -> set[str]:
    """The modules that `ktx-daemon` imports for these words, or `code` does."""
    done = subprocess.run(
        [worker.python, "-I", "-v", *(["-m", "ktx_daemon", *words] if code is None else ["-c", code])],
        input=stdin.encode(),
        capture_output=True,
        env={"PATH": os.environ["PATH"]},
        check=True,
        timeout=60,
    )
    return set(re.findall(r"^import '([\w.]+)'", done.stderr.decode(), re.MULTILINE))


def test_a_compiled_query_imports_of_ours_exactly_what_is_listed(compiling):
    """Whoever adds a module to the way of every query says so there, and looks at `benchmarks/cold_start.py`."""
    assert sorted(name for name in compiling if name.startswith(OURS)) == LISTED.read_text(encoding="utf-8").split()


def test_a_compiled_query_imports_hardly_more_of_others_than_its_libraries_do(generation, compiling):
    floor = _imported(
        generation, code="import sqlglot.dialects.postgres, pydantic; type('_', (pydantic.BaseModel,), {})"
    )
    beyond = {name for name in compiling - floor if not name.startswith(OURS)}
    assert beyond <= {"gc", "pydantic.alias_generators", "runpy"}


@pytest.fixture(scope="module")
def compiling(generation):
    imported = _imported(generation, "semantic-query", stdin=REQUEST)
    assert {"sqlglot", "pydantic", "semantic_layer"} <= imported
    return imported


def test_the_version_imports_no_feature(generation):
    imported = _imported(generation, "--version")
    assert imported.isdisjoint({"sqlglot", "semantic_layer", "ktx_core", "pluggy"})


def test_a_plugin_is_not_imported_for_another_ones_operation(generation, compiling):
    assert "greeter" not in compiling
    assert "greeter" in _imported(generation, "greet", stdin='{"name": "Ann"}')


def test_what_asked_to_be_called_at_the_end_is_called(worker, tmp_path):
    done = worker.run("run", "leave-late", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (7, "left by hand\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["at-exit", "thread"]
