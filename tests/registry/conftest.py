"""Environments with plugins in them, made of real distributions' files; asked by the real interpreter."""

from __future__ import annotations

import json
import site
import subprocess
import textwrap
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ktx_runtime.registry import Catalogue

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class PluginEnvironment:
    """A virtual environment that sees this checkout, and whatever plugins a test adds."""

    directory: Path
    plugins: Path

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    def add(self, distribution: str, code: str, *, version: str = "1.0", name: str | None = None) -> None:
        """Install a distribution with one plugin module, as an installer would leave it."""
        module = distribution.replace("-", "_")
        (self.plugins / f"{module}.py").write_text(textwrap.dedent(code), encoding="utf-8")
        info = self.plugins / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[ktx.plugins]\n{name or distribution} = {module}\n")

    def describe(self, **variables: str) -> Catalogue:
        done = subprocess.run(
            [self.python, "-I", "-m", "ktx_runtime.registry.describe"],
            capture_output=True,
            text=True,
            check=True,
            env=variables,
            timeout=120,
        )
        return Catalogue.model_validate(json.loads(done.stdout))


@pytest.fixture
def environment(tmp_path: Path) -> PluginEnvironment:
    directory = tmp_path / "venv"
    venv.create(directory, with_pip=False, symlinks=True)
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    packages = next(directory.glob("lib/python*/site-packages"))
    ours = [REPOSITORY, *(REPOSITORY / "features").iterdir()]
    lines = [*site.getsitepackages(), *map(str, ours), str(plugins)]
    (packages / "seen.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return PluginEnvironment(directory, plugins)


HELLO = """
    from ktx_runtime.api import Command, Feature, Operation, hookimpl

    ktx_api_version = 1

    @hookimpl
    def ktx_features():
        yield Feature(
            name="{feature}",
            summary="greets",
            operations=(
                Operation(name="{operation}", path="/{operation}", summary="greets", request="hello:Request",
                          response="hello:Response", handler="hello:answer"),
            ),
        )
"""


@pytest.fixture
def hello() -> Callable[..., str]:
    def code(feature: str = "hello", operation: str = "say-hello") -> str:
        return HELLO.format(feature=feature, operation=operation)

    return code
