"""What a connection's `path` means: a database file, or data files that become tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ktx_runtime.api import Connection, OperationRefused, near_names

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

_SETTINGS = ("path", "url", "table", "schemas")
_WILDCARD = re.compile(r"[*?\[]")
_PARTITION = re.compile(r"[^=/\\]+=[^/\\]*")
_HINT = "give a DuckDB file, a Parquet, CSV or JSON file, a folder of such files or a pattern of them as `path: …`"


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A file of DuckDB's own."""

    file: Path


@dataclass(frozen=True, slots=True)
class DataTable:
    """Files of one kind that are one table. `partitioned`: folders named `column=value` are columns of it."""

    reader: str
    files: tuple[Path, ...]
    partitioned: bool


@dataclass(frozen=True, slots=True)
class DataFiles:
    """The tables by name."""

    tables: Mapping[str, DataTable]


def locate(connection: Connection) -> DatabaseFile | DataFiles:
    """What `connection` names. Raises `OperationRefused` (`connection-failed`)."""
    _refuse_unknown(connection)
    path = _path(connection)
    name = connection.settings.get("table")
    if any(_WILDCARD.search(part) for part in path.parts) and not path.exists():
        return _of_pattern(connection, path, name)
    path = path.resolve()
    if path.is_dir():
        return _of_folder(connection, path, name)
    if not path.is_file():
        raise failed(connection, f"there is no file {path}", hint=_HINT)
    if path.suffix.lower() in READERS:
        return DataFiles({name or path.stem: _table(connection, [path], path.parent)})
    return DatabaseFile(path)


def failed(connection: Connection, why: str, *, hint: str | None = None) -> OperationRefused:
    """The refusal of a connection that cannot be opened."""
    return OperationRefused(f"cannot open connection {connection.id!r}: {why}", code="connection-failed", hint=hint)


def _refuse_unknown(connection: Connection) -> None:
    for key in connection.settings:
        if key not in _SETTINGS:
            near = near_names(key, _SETTINGS)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(_SETTINGS)}"
            raise failed(connection, f"it has a setting that is not known: {key}", hint=hint)


def _path(connection: Connection) -> Path:
    given = {key: connection.settings[key] for key in ("path", "url") if connection.settings.get(key)}
    if len(given) != 1:
        raise failed(connection, "it has either a path or a url", hint=_HINT)
    text = given.get("path") or _path_of_url(connection, given["url"])
    return connection.project_directory / Path(text).expanduser()


def _path_of_url(connection: Connection, url: str) -> str:
    if "://" not in url:
        return url
    parts = urlsplit(url)
    if parts.scheme.lower() != "duckdb" or parts.netloc or parts.query or parts.fragment or len(parts.path) < 2:  # noqa: PLR2004 - "/" alone
        raise failed(connection, "a url of DuckDB is duckdb:///file", hint=_HINT)
    return unquote(parts.path[1:])


def _of_pattern(connection: Connection, path: Path, name: str | None) -> DataFiles:
    """The files that fit are one table, called after what of the pattern is fixed."""
    fixed = Path(*_before_wildcards(path.parts)).resolve()
    pattern = str(Path(*path.parts[len(_before_wildcards(path.parts)) :]))
    files = _data_files(fixed.glob(pattern)) if fixed.is_dir() else []
    if not files:
        raise failed(connection, f"no data file fits {path}", hint=_HINT)
    stem = _WILDCARD.split(path.stem)[0].strip("-_. ")
    return DataFiles({name or stem or fixed.name: _table(connection, files, fixed)})


def _before_wildcards(parts: tuple[str, ...]) -> tuple[str, ...]:
    first = next(number for number, part in enumerate(parts) if _WILDCARD.search(part))
    return parts[:first]


def _of_folder(connection: Connection, folder: Path, name: str | None) -> DataFiles:
    """A table a file, and a table a folder in it; all of it is one table where it is partitioned, or has a name."""
    if name or any(_PARTITION.fullmatch(entry.name) for entry in folder.iterdir() if entry.is_dir()):
        files = _data_files(folder.rglob("*"))
        if files:
            return DataFiles({name or folder.name: _table(connection, files, folder)})
    tables: dict[str, DataTable] = {}
    for entry in sorted(folder.iterdir()):
        files = _data_files(entry.rglob("*") if entry.is_dir() else [entry])
        if not files or entry.name.startswith("."):
            continue
        table = entry.name if entry.is_dir() else entry.stem
        taken = next((known for known in tables if known.lower() == table.lower()), None)
        if taken is not None:
            raise failed(
                connection, f"{tables[taken].files[0].name} and {files[0].name} would be the same table: {table}"
            )
        tables[table] = _table(connection, files, entry if entry.is_dir() else folder)
    if not tables:
        raise failed(connection, f"there is no data file in {folder}", hint=_HINT)
    return DataFiles(tables)


def _data_files(found: Iterable[Path]) -> list[Path]:
    """Those that can be read, always in one order. What tools leave behind (`_SUCCESS`, `.crc`) is none."""
    return sorted(
        file
        for file in found
        if file.suffix.lower() in READERS and not file.name.startswith((".", "_")) and file.is_file()
    )


def _table(connection: Connection, files: list[Path], below: Path) -> DataTable:
    readers = {READERS[file.suffix.lower()] for file in files}
    if len(readers) > 1:
        endings = ", ".join(sorted({file.suffix for file in files}))
        raise failed(connection, f"files of several kinds would be one table: {endings} in {below}", hint=_HINT)
    partitioned = all(any(map(_PARTITION.fullmatch, file.relative_to(below).parts[:-1])) for file in files)
    return DataTable(readers.pop(), tuple(files), partitioned)
