"""Which directory is the project: said by an option, by the environment, or the nearest parent with a `ktx.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ktx_core.project.errors import ProjectError

PROJECT_FILE = "ktx.yaml"
PROJECT_VARIABLE = "KTX_PROJECT_DIR"


@dataclass(frozen=True, slots=True)
class ProjectPlace:
    """The project's directory, absolute, and what decided it: `--project-dir`, the variable's name, or `parent`."""

    directory: Path
    origin: str

    @property
    def file(self) -> Path:
        return self.directory / PROJECT_FILE


def locate_project(option: str | None, *, working_directory: Path, environment: Mapping[str, str]) -> ProjectPlace:
    """Find the project. A relative directory is relative to `working_directory`.

    Raises `ProjectError` (code `project-not-found`). A directory that was named is not left for a parent of it.
    """
    for stated, origin in ((option, "--project-dir"), (environment.get(PROJECT_VARIABLE), PROJECT_VARIABLE)):
        if stated:
            directory = working_directory / stated
            if not _holds_project(directory):
                raise ProjectError(
                    f"no {PROJECT_FILE} in the directory that {origin} names: {directory}",
                    code="project-not-found",
                    hint="name a directory that holds one, or run: ktx setup demo",
                )
            return ProjectPlace(directory, origin)
    for directory in (working_directory, *working_directory.parents):
        if _holds_project(directory):
            return ProjectPlace(directory, "parent")
    raise ProjectError(
        f"no {PROJECT_FILE} here or in any parent directory: {working_directory}",
        code="project-not-found",
        hint="go to a project, name one with --project-dir, or make one with: ktx setup demo",
    )


def _holds_project(directory: Path) -> bool:
    try:
        return (directory / PROJECT_FILE).is_file()
    except (OSError, ValueError):  # a name that no file can have: too long, or with a NUL in it
        return False
