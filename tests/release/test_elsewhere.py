"""The release check needs nothing but Python's standard library, since it runs where nothing was installed."""

import ast
import subprocess
import sys

import pytest

from scripts.release.build import CHECKOUT
from scripts.release_check import machine


def test_it_imports_nothing_that_would_have_to_be_installed(tmp_path):
    code = "import sys, scripts.release_check.__main__; print(*sorted(sys.modules))"
    argv = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); {code}"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    tops = {name.split(".")[0] for name in done.stdout.split()} - {"__main__", "__mp_main__"}
    assert tops - set(sys.stdlib_module_names) - {"scripts"} == set()


def test_what_only_one_system_has_is_asked_for_by_name():
    """`os.killpg` and the like, each behind a question about the system."""
    only_posix = {"killpg", "fork", "getuid", "geteuid", "SIGKILL", "setsid", "getpgid"}
    for file in (CHECKOUT / "scripts" / "release_check").rglob("*.py"):
        text = file.read_text("utf-8")
        used = {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)} & only_posix
        assert not used or "if IS_WINDOWS:" in text, file


@pytest.mark.parametrize(("is_windows", "name"), [(True, "ktx.cmd"), (False, "ktx")])
def test_the_command_that_npm_makes_has_another_name_on_windows(monkeypatch, tmp_path, is_windows, name):
    monkeypatch.setattr(machine, "IS_WINDOWS", is_windows)
    made = machine.Machine(place=tmp_path, tools="", transcript=None)
    assert made.command_file.endswith(name)
