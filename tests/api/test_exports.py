"""`ktx_runtime.api`: what it gives, and how little it costs to ask."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import ktx_runtime.api


def _static_imports(module) -> dict[str, str]:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    return {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(module.__name__)
        for alias in node.names
    }


def test_the_names_for_readers_the_names_at_run_time_and_the_public_names_are_the_same():
    static = _static_imports(ktx_runtime.api)
    lazy = {name: f"ktx_runtime.api.{home}" for home, names in ktx_runtime.api._HOMES.items() for name in names}
    assert lazy == static
    assert set(ktx_runtime.api.__all__) == {*static, "API_VERSION", "OLDEST_API_VERSION"}
    assert ktx_runtime.api.__all__ == sorted(
        ktx_runtime.api.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name)
    )


def test_every_public_name_is_there_and_none_is_a_module():
    # A module called like a name that it gives would take that name's place as soon as it is imported.
    for home in ktx_runtime.api._HOMES:
        importlib.import_module(f"ktx_runtime.api.{home}")
    for name in ktx_runtime.api.__all__:
        assert type(getattr(ktx_runtime.api, name)).__name__ != "module", name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        ktx_runtime.api.Nothing  # noqa: B018 - asking is the test


def test_asking_for_an_error_imports_no_pydantic():
    code = "import sys; from ktx_runtime.api import KtxError; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False, timeout=30).returncode == 0
