"""What a `ktx.yaml` says, as records. Values are as written: references to secrets are not followed here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ktx_core.project.errors import ProjectError
from ktx_runtime.api import near_names


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """A place in a file; line and column count from 1."""

    file: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a connection, as written, and where. `repr` leaves the value out: it may be a secret."""

    text: str = field(repr=False)
    position: SourcePosition


@dataclass(frozen=True, slots=True)
class ConnectionEntry:
    """One of the project's `connections`: the name of its driver, and all its other keys."""

    id: str
    driver: str
    settings: Mapping[str, Setting]
    position: SourcePosition


@dataclass(frozen=True, slots=True)
class Project:
    """A project. `connections` are in the order of the file."""

    directory: Path
    connections: tuple[ConnectionEntry, ...]

    def connection(self, wanted: str | None) -> ConnectionEntry:
        """The connection called `wanted`; without a name the only one.

        Raises `ProjectError` (codes `connection-unknown`, `connection-needed`).
        """
        names = [entry.id for entry in self.connections]
        if wanted is None:
            if len(self.connections) == 1:
                return self.connections[0]
            what = "several connections" if names else "no connection"
            raise ProjectError(
                f"the project has {what}: {', '.join(names) or self.directory}",
                code="connection-needed",
                hint=f"add: --connection-id {names[0]}" if names else "add one under connections in ktx.yaml",
                details={"connections": names},
            )
        for entry in self.connections:
            if entry.id == wanted:
                return entry
        near = near_names(wanted, names)
        known = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(names) or 'none'}"
        raise ProjectError(
            f"the project has no connection called {wanted}",
            code="connection-unknown",
            hint=known,
            details={"near": list(near), "connections": names},
        )

    def model_directory(self, connection_id: str) -> Path:
        """Where the semantic layer of a connection lies."""
        return self.directory / "semantic-layer" / connection_id

    @property
    def cache_directory(self) -> Path:
        """Where compiled models are kept; safe to delete."""
        return self.directory / ".ktx" / "cache"
