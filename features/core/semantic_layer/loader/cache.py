"""The compiled cache of a connection: what its files parse to, so that an unchanged file is not even opened.

One JSON file for each connection: a line with the digest of what follows, then the content. Whatever is wrong with it,
the model's files are read instead and it is written anew; nobody is told, because nothing is lost.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

from semantic_layer.loader.construct import Value
from semantic_layer.loader.discover import ModelFile
from semantic_layer.loader.parsed import ParsedFile, parse_content
from semantic_layer.loader.problem import FileProblem, FileRejected
from semantic_layer.loader.text import read_bytes

SCHEMA_VERSION = 1


class _ProblemRow(TypedDict):
    file: str
    code: str
    message: str
    line: int | None
    column: int | None
    hint: str | None


class _FileRow(TypedDict):
    stamp: list[int]
    readNs: int
    digest: str
    document: Value
    problems: NotRequired[list[_ProblemRow]]


class _Content(TypedDict):
    schemaVersion: int
    code: str
    files: dict[str, _FileRow]
    types: dict[str, str]


class CompiledCache:
    """What is known of one connection's files; with no `path` it is forgotten afterwards."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known = _read(path) if path is not None else _empty()
        self._used: dict[str, _FileRow] = {}
        self._changed = False

    @classmethod
    def of(cls, directory: Path, cache_directory: Path | None) -> "CompiledCache":
        """The cache of the connection in `directory`; None keeps none."""
        if cache_directory is None:
            return cls(None)
        name = hashlib.blake2b(os.fsencode(directory.resolve()), digest_size=16).hexdigest()
        return cls(cache_directory / f"{name}.json")

    @property
    def native_types(self) -> dict[str, str]:
        """Column types by dialect and native type, as `remember_type` got them."""
        return self._known["types"]

    def remember_type(self, key: str, column_type: str) -> None:
        """Keep what a native type maps to: finding out needs sqlglot, whose import costs more than a load."""
        self._known["types"][key] = column_type
        self._changed = True

    def parsed(self, file: ModelFile) -> ParsedFile:
        """What `file` holds now."""
        row = self._known["files"].get(file.name)
        if row is None or not _is_current(row, file):
            refreshed = self._refreshed(file, row)
            # A file that is still settling will be compared again in any case: that alone is not worth a write.
            same = row is not None and refreshed["digest"] == row["digest"]
            self._changed = self._changed or not same or _is_current(refreshed, file)
            row = refreshed
        self._used[file.name] = row
        problems = tuple(_problem(problem) for problem in row.get("problems", ()))
        return ParsedFile(row["document"], problems)

    def save(self) -> None:
        """Write what was used, in one step, if it differs from what was read. Where that fails there is no cache."""
        unchanged = not self._changed and self._used.keys() == self._known["files"].keys()
        if self._path is None or unchanged:
            return
        content: _Content = {**self._known, "files": self._used}
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        with contextlib.suppress(OSError):
            _replace(self._path, _digest(body).encode() + b"\n" + body)

    def _refreshed(self, file: ModelFile, row: _FileRow | None) -> _FileRow:
        read_ns = time.time_ns()
        stamp = list(file.stamp) if file.stamp else []
        try:
            content = read_bytes(file.path, file=file.name)
        except FileRejected as error:
            return _row(stamp, 0, "", ParsedFile(None, error.problems))
        digest = _digest(content)
        if row is not None and row["digest"] == digest:
            return {**row, "stamp": stamp, "readNs": read_ns}
        return _row(stamp, read_ns, digest, parse_content(content, file=file.name))


def _row(stamp: list[int], read_ns: int, digest: str, parsed: ParsedFile) -> _FileRow:
    row: _FileRow = {"stamp": stamp, "readNs": read_ns, "digest": digest, "document": parsed.document}
    if parsed.problems:
        row["problems"] = [_problem_row(problem) for problem in parsed.problems]
    return row


def _problem_row(problem: FileProblem) -> _ProblemRow:
    return {
        "file": problem.file,
        "code": problem.code,
        "message": problem.message,
        "line": problem.line,
        "column": problem.column,
        "hint": problem.hint,
    }


def _problem(row: _ProblemRow) -> FileProblem:
    return FileProblem(**row)


def _is_current(row: _FileRow, file: ModelFile) -> bool:
    stamp = file.stamp
    return stamp is not None and row["stamp"] == list(stamp) and stamp.settled(row["readNs"])


def _empty() -> _Content:
    return {"schemaVersion": SCHEMA_VERSION, "code": _code_identity(), "files": {}, "types": {}}


def _read(path: Path) -> _Content:
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if _digest(body).encode() == digest:
            content: _Content = json.loads(body)
            if content["schemaVersion"] == SCHEMA_VERSION and content["code"] == _code_identity():
                return content
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return _empty()


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, staged = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(staged).replace(path)
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@cache
def _code_identity() -> str:
    """Changes with the code that parses files and maps types, so that a new version never believes an old one.

    Looked up once in a process, which runs the code that it has loaded.
    """
    package = Path(__file__).parent
    modules = [*package.glob("*.py"), *(package.parent / "generation").glob("*.py")]
    sqlglot = importlib.util.find_spec("sqlglot")
    if sqlglot is not None and sqlglot.origin is not None:
        modules.append(Path(sqlglot.origin).with_name("_version.py"))
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(modules) if path.exists()]
    return _digest(repr(stats).encode())
