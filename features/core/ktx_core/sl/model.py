"""A connection's model, opened for a verb: its project, its sources, and what is wrong with its files."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ktx_core.connections import dialect_of
from ktx_core.project import ConnectionEntry, Project, ProjectError, open_project
from ktx_runtime.api import Invocation, Namespace
from semantic_layer.loader import FileProblem, LoadedConnection, load_connection


@dataclass(frozen=True, slots=True)
class OpenModel:
    """`dialect` is the one that the connection's driver speaks."""

    project: Project
    entry: ConnectionEntry
    dialect: str
    loaded: LoadedConnection

    @property
    def sources(self) -> tuple[dict[str, object], ...]:
        return self.loaded.sources

    @property
    def problems(self) -> tuple[FileProblem, ...]:
        return self.loaded.problems


def open_model(invocation: Invocation, options: Namespace) -> OpenModel:
    """Open the model of the connection that the options name. Raises `ProjectError` and `FeatureMissing`."""
    project = project_of(invocation, options)
    return load_model(project, project.connection(options.connection_id), program=invocation.program)


def load_models(invocation: Invocation, options: Namespace) -> list[OpenModel]:
    """The model of the connection that the options name; without a name those of all connections that have one."""
    project = project_of(invocation, options)
    if options.connection_id is not None or len(project.connections) <= 1:
        return [load_model(project, project.connection(options.connection_id), program=invocation.program)]
    described = [entry for entry in project.connections if project.model_directory(entry.id).is_dir()]
    return [load_model(project, entry, program=invocation.program) for entry in described]


def project_of(invocation: Invocation, options: Namespace) -> Project:
    """The project that the options, the environment or the working directory name."""
    return open_project(
        options.project_dir, working_directory=invocation.working_directory, environment=invocation.environment
    )


def load_model(project: Project, entry: ConnectionEntry, *, program: str = "ktx") -> OpenModel:
    """Load the sources of one connection; `program` is what the user calls ktx.

    Raises `ProjectError` (code `model-not-found`) where there are none.
    """
    dialect = dialect_of(entry.driver, program=program)
    directory = project.model_directory(entry.id)
    try:
        loaded = load_connection(directory, cache_directory=project.cache_directory, dialect=dialect)
    except FileNotFoundError:
        raise ProjectError(
            f"connection {entry.id} has no semantic layer: {directory}",
            code="model-not-found",
            hint=f"write sources there, or start with: {program} sl generate --connection-id {entry.id}",
        ) from None
    _keep_out_of_version_control(project.cache_directory)
    return OpenModel(project=project, entry=entry, dialect=dialect, loaded=loaded)


def _keep_out_of_version_control(cache_directory: Path) -> None:
    """A `.gitignore` beside the cache, where there is one and it can be written."""
    file = cache_directory.parent / ".gitignore"
    if cache_directory.is_dir() and not file.exists():
        with suppress(OSError):
            file.write_text("*\n", encoding="utf-8")


def warn_of_problems(model: OpenModel, invocation: Invocation) -> None:
    """Say what was left out of the model, a line each."""
    for problem in model.problems:
        invocation.stderr.write(f"warning: {model.project.model_directory(model.entry.id) / str(problem)}\n")
