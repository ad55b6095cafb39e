"""What SQLite may do on our connections: read, and nothing else. The last line of defence, inside the engine."""

import sqlite3

_READING = frozenset({sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE})

_PRAGMAS = frozenset(
    {
        "collation_list",
        "compile_options",
        "data_version",
        "database_list",
        "encoding",
        "foreign_key_list",
        "function_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "module_list",
        "page_count",
        "page_size",
        "pragma_list",
        "schema_version",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)
"""Pragmas that only tell. Some of them also set when given a value: see `_SETTING`."""

_SETTING = frozenset({"encoding", "page_size", "schema_version"})

_FUNCTIONS = frozenset({"edit", "fts3_tokenizer", "load_extension", "optimize", "readfile", "writefile"})
"""Functions that reach outside the database, or write to it."""


def authorize(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    """SQLite's authorizer callback; its manual (Authorizer Action Codes) gives the arguments of each action.

    Declaring a table-valued function is reported as an update of `sqlite_master`. A real one cannot happen: the file
    is open for reading, and the action before it (INSERT, CREATE, `writable_schema`) is denied.
    """
    if action in _READING or (action == sqlite3.SQLITE_UPDATE and first == "sqlite_master"):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if (second or "").lower() in _FUNCTIONS else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        name = (first or "").lower()
        tells = name in _PRAGMAS and not (name in _SETTING and second is not None)
        return sqlite3.SQLITE_OK if tells else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY
