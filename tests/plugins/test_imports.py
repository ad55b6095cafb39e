"""A plugin is written as a stranger would write it: of ktx it imports `ktx_runtime.api`, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
OURS = ("ktx_runtime", "ktx_core", "ktx_daemon", "ktx_local_embeddings", "semantic_layer")


def modules_imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("plugin", sorted(path.parent.name for path in PLUGINS.glob("*/pyproject.toml")))
def test_a_plugin_imports_the_public_api_alone(plugin: str) -> None:
    package = plugin.replace("-", "_")
    files = sorted((PLUGINS / plugin / package).rglob("*.py"))
    assert files
    imported = {(file.name, module) for file in files for module in modules_imported(file)}
    private = {
        (file, module) for file, module in imported if module.split(".")[0] in OURS and module != "ktx_runtime.api"
    }
    assert private == set()
