"""Which file a connection means."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ktx_runtime.api import Connection, OperationRefused

_SCHEMES = frozenset({"sqlite", "sqlite3"})
_HINT = "give the file as `path: shop.db` or `url: sqlite:///shop.db`"


def file_of(connection: Connection) -> Path:
    """The database file of `connection`, absolute.

    `settings` hold `path`, or `url`: `sqlite:///relative.db`, `sqlite:////absolute.db` (percent-encoded), or a bare
    path. Relative ones count from the project directory. Raises `OperationRefused` (`connection-failed`) unless
    exactly one names a file that exists.
    """
    path = connection.project_directory / _named(connection.id, connection.settings)
    if path.is_dir():
        raise _failed(connection.id, f"{path} is a directory, not a database file")
    if not path.is_file():
        raise _failed(connection.id, f"there is no database file {path}", hint=_HINT)
    return path.resolve()


def _named(connection_id: str, settings: Mapping[str, str]) -> Path:
    named = {key: settings[key] for key in ("path", "url") if settings.get(key)}
    if len(named) != 1:
        raise _failed(connection_id, "a SQLite connection has either a path or a url", hint=_HINT)
    text = named["path"] if "path" in named else _path_in_url(connection_id, named["url"])
    if text == ":memory:":
        raise _failed(connection_id, "a database in memory has nothing to read", hint=_HINT)
    return Path(text).expanduser()


def _path_in_url(connection_id: str, url: str) -> str:
    if "://" not in url:
        return url
    parts = urlsplit(url)
    if parts.scheme.lower() not in _SCHEMES:
        raise _failed(connection_id, f"a url of SQLite begins with sqlite:///, not {parts.scheme}://", hint=_HINT)
    if parts.netloc or not parts.path:
        raise _failed(connection_id, "a url of SQLite has three slashes before the file", hint=_HINT)
    if parts.query or parts.fragment:
        raise _failed(connection_id, "a url of SQLite has no parameters here: files are always opened read-only")
    return unquote(parts.path.removeprefix("/"))


def _failed(connection_id: str, why: str, *, hint: str | None = None) -> OperationRefused:
    return OperationRefused(f"cannot open connection {connection_id!r}: {why}", code="connection-failed", hint=hint)
