"""Start a plugin: the template's files, with the new names in them.

The template is itself a plugin that works, so that it is checked and tested as it lies; only names are replaced.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ktx_runtime.api import KtxError, UsageError
from ktx_runtime.authoring.names import PluginNames

_TEMPLATE_NAMES = PluginNames("template-plugin")
_DOTTED = {"gitignore": ".gitignore"}
"""Files whose own names would already have an effect in the template."""


class Licence(StrEnum):
    """Under which licence the new project begins."""

    APACHE = "Apache-2.0"
    MIT = "MIT"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Project:
    """What is to be written. `year` stands in the licence."""

    names: PluginNames
    licence: Licence
    year: int


def write_project(project: Project, directory: Path) -> tuple[Path, ...]:
    """Write `project` to `directory`, which must not exist or be empty; the files, relative to it.

    All of it appears at once, or nothing. Raises `UsageError` (code `directory-taken`) or `KtxError`
    (`directory-not-writable`).
    """
    _demand_free(directory)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".ktx-plugin-", dir=directory.parent) as name:
            staged = Path(name) / "project"
            written = tuple(_write(staged, project))
            # A directory of our own making has the mode that the user's mask gives, unlike a temporary one.
            if not directory.is_dir():
                staged.rename(directory)
            else:
                # It may be where somebody's shell stands, so it is filled and not replaced.
                for entry in sorted(staged.iterdir()):
                    entry.rename(directory / entry.name)
    except OSError as error:
        raise KtxError(
            f"cannot write the project: {error.strerror or error}: {directory}",
            code="directory-not-writable",
            hint="name another place with --directory",
        ) from error
    return written


def _demand_free(directory: Path) -> None:
    taken = directory.is_symlink() or (directory.exists() and not directory.is_dir())
    try:
        taken = taken or (directory.is_dir() and any(directory.iterdir()))
    except OSError:
        taken = True
    if taken:
        raise UsageError(
            f"there is something already: {directory}",
            code="directory-taken",
            hint="name an empty or a new place with --directory",
        )


def _write(target: Path, project: Project) -> Iterator[Path]:
    for path, content in (*_template_files(), *_licence_file(project.licence)):
        renamed = Path(*(_DOTTED.get(part, _renamed(part, project)) for part in path.parts))
        file = target / renamed
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_renamed(content, project), encoding="utf-8", newline="\n")
        yield renamed


def _template_files() -> Iterator[tuple[Path, str]]:
    yield from _walk(files("ktx_runtime.authoring") / "template", Path())


def _walk(directory: Traversable, path: Path) -> Iterator[tuple[Path, str]]:
    for entry in sorted(directory.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith((".", "__pycache__")) or entry.name.endswith(".egg-info"):
            continue
        if entry.is_dir():
            yield from _walk(entry, path / entry.name)
        else:
            yield path / entry.name, entry.read_text(encoding="utf-8")


def _licence_file(licence: Licence) -> Iterator[tuple[Path, str]]:
    if licence is not Licence.NONE:
        text = files("ktx_runtime.authoring") / "licences" / f"{licence.value}.txt"
        yield Path("LICENSE"), text.read_text(encoding="utf-8")


def _renamed(text: str, project: Project) -> str:
    ours, new = _TEMPLATE_NAMES, project.names
    # The names contain each other: the longer first.
    for old, replacement in (
        (ours.module, new.module),
        (ours.distribution, new.distribution),
        (ours.feature, new.feature),
        ('license = "Apache-2.0"\nlicense-files = ["LICENSE"]\n', _licence_lines(project.licence)),
        ("COPYRIGHT-YEAR", str(project.year)),
    ):
        text = text.replace(old, replacement)
    return text


def _licence_lines(licence: Licence) -> str:
    return "" if licence is Licence.NONE else f'license = "{licence.value}"\nlicense-files = ["LICENSE"]\n'
