"""What an author points at: a project's directory, or a wheel. Read as it lies; nothing is written there."""

from __future__ import annotations

import shutil
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from ktx_runtime.authoring.finding import Finding, failure, warning
from ktx_runtime.registry.discovery import ENTRY_POINT_GROUP, OUR_DISTRIBUTION

_CACHES = frozenset({"__pycache__", "node_modules", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox"})
_START = "start with: ktx plugin new NAME"


def look_at(path: Path) -> tuple[str | None, tuple[Finding, ...]]:
    """The name of the distribution at `path`, where it can be told, and what is off with the project."""
    if path.is_dir():
        return _look_at_directory(path)
    if path.suffix == ".whl" and path.is_file():
        try:
            return _named(parse_wheel_filename(path.name)[0])
        except InvalidWheelFilename:
            return None, (failure(f"that is no name of a wheel: {path.name}", "build it with a build tool"),)
    what = "neither a project's directory nor a wheel" if path.exists() else "there is nothing"
    return None, (failure(f"{what}: {path}", "name a directory with a pyproject.toml, or a .whl file"),)


def _look_at_directory(directory: Path) -> tuple[str | None, tuple[Finding, ...]]:
    file = directory / "pyproject.toml"
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        name, found = _named(canonicalize_name(str(project["name"])))
    except FileNotFoundError:
        return None, (failure(f"there is no pyproject.toml in {directory}", _START),)
    except (OSError, ValueError) as error:
        return None, (failure(f"pyproject.toml cannot be read: {error}", "correct it"),)
    except (KeyError, TypeError):
        return None, (failure("pyproject.toml names no project", 'add: [project] name = "ktx-…"'),)
    return name, (*found, *_project_findings(project))


def _named(name: str) -> tuple[str, tuple[Finding, ...]]:
    if name == OUR_DISTRIBUTION:
        return name, (failure(f"the distribution has ktx's own name: {name}", "call it something else"),)
    return name, ()


def _project_findings(project: Mapping[str, Any]) -> Iterator[Finding]:
    dynamic = project.get("dynamic", ())
    if not project.get("entry-points", {}).get(ENTRY_POINT_GROUP) and "entry-points" not in dynamic:
        yield failure(
            f"it has no entry point in {ENTRY_POINT_GROUP}, so ktx cannot find it",
            f'add to pyproject.toml: [project.entry-points."{ENTRY_POINT_GROUP}"] name = "package.plugin"',
        )
    for key, why in (
        ("requires-python", "pip and uv would install it into a Python that it does not run on"),
        ("license", "nobody may use what has no licence"),
        ("readme", "nobody can tell what it is for"),
    ):
        if key not in project and key not in dynamic:
            yield warning(f"pyproject.toml says no {key}", f"add it: {why}")


def copy_project(directory: Path, target: Path) -> None:
    """Copy a project for building, since builds write where they work. Environments and caches stay behind."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name in _CACHES or _is_odd(Path(folder) / name)}

    shutil.copytree(directory, target, symlinks=True, ignore=left_out)


def _is_odd(path: Path) -> bool:
    """A virtual environment; or what is neither file, directory nor link, and may not end when it is read."""
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        return (path / "pyvenv.cfg").is_file()
    return not (stat.S_ISREG(mode) or stat.S_ISLNK(mode))
