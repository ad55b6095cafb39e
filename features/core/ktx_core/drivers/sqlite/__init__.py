"""SQLite, from the standard library: files, opened for reading only."""

from ktx_core.drivers.sqlite.driver import SQLiteDriver

__all__ = ["SQLiteDriver"]
