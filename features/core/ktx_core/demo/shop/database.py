"""The shop as a SQLite file, and a digest of what is in one."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from ktx_core.demo.shop.schema import TABLES, quoted

CONTENT_DIGEST = "de104106eab9a880db9df4d0ad6df9e63e344ba5261e04b3c9611ae701c6aee6"
"""What `content_digest` says of a shop that nobody has changed."""

_BATCH = 2000


def build_database(path: Path, tables: Mapping[str, Iterable[tuple[object, ...]]]) -> None:
    """Write `tables` into a new SQLite file at `path`.

    Without a journal: whoever calls this throws the file away when it fails. Raises `sqlite3.OperationalError`,
    also when the disk is full.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        for table in TABLES:
            database.execute(table.ddl)
            database.executemany(table.insert, tables[table.name])
            for statement in table.index_ddl:
                database.execute(statement)
        database.execute("COMMIT")
        database.execute("ANALYZE")


def content_digest(path: Path) -> str | None:
    """A digest of every schema statement and row, by table and key; None when `path` is no readable SQLite file.

    It says nothing of pages, so it is the same whichever SQLite wrote the file.
    """
    if not path.is_file():
        return None
    digest = hashlib.sha256()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            for name, statement in database.execute(
                "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
            ):
                digest.update(f"{name}\n{statement}\n".encode())
            for table in TABLES:
                keys = ", ".join(map(quoted, table.key))
                rows = database.execute(f"SELECT * FROM {quoted(table.name)} ORDER BY {keys}")  # noqa: S608 - our own names
                while batch := rows.fetchmany(_BATCH):
                    digest.update(json.dumps(batch, ensure_ascii=True, separators=(",", ":")).encode())
    except (sqlite3.DatabaseError, TypeError):
        return None
    return digest.hexdigest()
