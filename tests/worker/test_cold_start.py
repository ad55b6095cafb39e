"""What a cold start imports. Its time is in benchmarks/cold_start.py; what it must not import is behaviour."""

from __future__ import annotations

import json
import os
import re
import subprocess

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


def _imported(worker, *words: str, stdin: str = "") -> set[str]:
    done = subprocess.run(
        [worker.python, "-I", "-v", "-m", "ktx_daemon", *words],
        input=stdin.encode(),
        capture_output=True,
        env={"PATH": os.environ["PATH"]},
        check=True,
        timeout=60,
    )
    return set(re.findall(r"^import '([\w.]+)'", done.stderr.decode(), re.MULTILINE))


@pytest.mark.parametrize(
    "module",
    [
        "argparse",
        "asyncio",
        "fastapi",
        "ktx_core.plugin",
        "ktx_runtime.registry.catalogue",
        "ktx_runtime.state",
        "pluggy",
        "semantic_layer.loader",
        "semantic_layer.validation",
        "starlette",
        "stevedore",
        "uvicorn",
        "yaml",
    ],
)
def test_a_compiled_query_imports_nothing_that_it_does_not_need(compiling, module):
    assert module not in compiling


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
