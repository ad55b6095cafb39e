"""What a connection's `path` means: a database file, or data files that become tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ktx_runtime.api import Connection, OperationRefused

READERS = {
    ".parquet": "read_parquet",
    ".pq": "read_parquet",
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".json": "read_json",
    ".ndjson": "read_json",
    ".jsonl": "read_json",
}
"""By a data file's ending: the table function that reads it."""

_HINT = "give a DuckDB file, a Parquet, CSV or JSON file, or a folder of such files as `path: …`"


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A file of DuckDB's own."""

    file: Path


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Files by the name of the table that each becomes."""

    tables: dict[str, Path]


def locate(connection: Connection) -> DatabaseFile | DataFiles:
    """What `connection` names. Raises `OperationRefused` (`connection-failed`)."""
    path = _path(connection)
    if path.is_dir():
        return DataFiles(_tables_in(connection, path))
    if not path.is_file():
        raise failed(connection, f"there is no file {path}", hint=_HINT)
    if path.suffix.lower() in READERS:
        return DataFiles({path.stem: path})
    return DatabaseFile(path)


def _path(connection: Connection) -> Path:
    given = {key: connection.settings[key] for key in ("path", "url") if connection.settings.get(key)}
    if len(given) != 1:
        raise failed(connection, "it has either a path or a url", hint=_HINT)
    text = given.get("path") or _path_of_url(connection, given["url"])
    return (connection.project_directory / Path(text).expanduser()).resolve()


def _path_of_url(connection: Connection, url: str) -> str:
    if "://" not in url:
        return url
    parts = urlsplit(url)
    if parts.scheme.lower() != "duckdb" or parts.netloc or parts.query or parts.fragment or len(parts.path) < 2:  # noqa: PLR2004 - "/" alone
        raise failed(connection, "a url of DuckDB is duckdb:///file", hint=_HINT)
    return unquote(parts.path[1:])


def _tables_in(connection: Connection, folder: Path) -> dict[str, Path]:
    tables: dict[str, Path] = {}
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in READERS and file.is_file():
            if file.stem in tables:
                raise failed(connection, f"{tables[file.stem].name} and {file.name} would be the same table")
            tables[file.stem] = file
    if not tables:
        raise failed(connection, f"there is no data file in {folder}", hint=_HINT)
    return tables


def failed(connection: Connection, why: str, *, hint: str | None = None) -> OperationRefused:
    """The refusal of a connection that cannot be opened."""
    return OperationRefused(f"cannot open connection {connection.id!r}: {why}", code="connection-failed", hint=hint)
