"""Environments with plugins in them, made of real distributions' files; asked by the real interpreter."""

from __future__ import annotations

import json
import site
import subprocess
import textwrap
import venv
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.api import InstallPlan
from ktx_runtime.registry import Catalogue
from ktx_runtime.registry.description import Description

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class PluginEnvironment:
    """A virtual environment that sees this checkout, and whatever plugins a test adds."""

    directory: Path
    plugins: Path

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    def add(
        self, distribution: str, code: str, *, version: str = "1.0", name: str | None = None, points: str = ""
    ) -> None:
        """Install a distribution with one plugin module, as an installer would leave it; `points` are more of them."""
        module = distribution.replace("-", "_")
        (self.plugins / f"{module}.py").write_text(textwrap.dedent(code), encoding="utf-8")
        info = self.plugins / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[ktx.plugins]\n{name or distribution} = {module}\n{points}")

    def describe(self, **variables: str) -> Catalogue:
        return self._describe([], variables).catalogue

    def describe_for(self, plan: InstallPlan) -> Description:
        """With what the plugins want changed in `plan`."""
        return self._describe([plan.model_dump_json()], {})

    def _describe(self, arguments: list[str], variables: dict[str, str]) -> Description:
        done = subprocess.run(
            [self.python, "-I", "-m", "ktx_runtime.registry.describe", *arguments],
            capture_output=True,
            text=True,
            check=True,
            env=variables,
            timeout=120,
        )
        return Description.model_validate(json.loads(done.stdout))


def make_plugin_environment(parent: Path) -> PluginEnvironment:
    """A new environment under `parent`, without plugins of strangers."""
    directory = parent / "venv"
    venv.create(directory, with_pip=False, symlinks=True)
    plugins = parent / "plugins"
    plugins.mkdir()
    packages = next(directory.glob("lib/python*/site-packages"))
    ours = [REPOSITORY, *(REPOSITORY / "features").iterdir()]
    lines = [*site.getsitepackages(), *map(str, ours), str(plugins)]
    (packages / "seen.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return PluginEnvironment(directory, plugins)
