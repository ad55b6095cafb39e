"""What a connection's settings say: where to connect, as whom, and how the session is set. Nothing is opened here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from ktx_runtime.api import Connection, OperationRefused, near_names

_SPELLINGS = {"database": "dbname", "username": "user"}
"""Words of ours for parameters of libpq."""

_FILES = frozenset({"sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile"})
_NO_FILES = frozenset({"system"})
"""What `sslrootcert` may say instead of a file."""

_PARAMETERS = frozenset(
    {
        "host", "hostaddr", "port", "dbname", "user", "password", "passfile", "service", "application_name",
        "sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcrl", "sslsni", "ssl_min_protocol_version",
        "channel_binding", "require_auth", "gssencmode", "krbsrvname", "target_session_attrs", "load_balance_hosts",
        "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "options",
    }
)  # fmt: skip
"""The parameters of libpq that mean something to a reading client (PostgreSQL manual, Parameter Key Words)."""

_OF_SESSION = frozenset({"search_path", "timezone"})
_OF_OTHERS = frozenset({"url", "schemas"})
_SECRET = frozenset({"password", "sslpassword"})
_KNOWN = _PARAMETERS | _OF_SESSION | _OF_OTHERS | frozenset(_SPELLINGS)

_SCHEME = re.compile(r"^(postgres(?:ql)?)(?:\+\w+)?://", re.IGNORECASE)
_ENCODE = (
    "in a url, write : / @ # % of a user or password as %3A %2F %40 %23 %25, or give them as settings of their own"
)
_EXAMPLE = "give it as `url: postgresql://user@host:5432/database`, or as host, port, database, user and password"


@dataclass(frozen=True, slots=True)
class Target:
    """`parameters` are libpq's; `settings` those of the session. Neither is in `repr`: they may hold credentials."""

    parameters: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, str] = field(repr=False)

    @property
    def address(self) -> str:
        """Where the server is, for messages."""
        host = self.parameters.get("host") or self.parameters.get("hostaddr")
        port = self.parameters.get("port", "5432")
        if not host:
            return "the server on this machine" if "service" not in self.parameters else "the server of the service"
        return f"{host} (socket, port {port})" if host.startswith("/") else f"{host}:{port}"

    @property
    def user(self) -> str:
        """As whom, for messages."""
        return self.parameters.get("user") or "(the name of the system's user)"

    @property
    def database(self) -> str:
        """Which database, for messages: libpq takes the user's name where none is given."""
        return self.parameters.get("dbname") or self.user

    def holds_secret(self, text: str) -> bool:
        """Whether `text` repeats a credential."""
        return any(self.parameters.get(key) and self.parameters[key] in text for key in _SECRET)


def target_of(connection: Connection) -> Target:
    """What `connection` names. A setting beside the url adds to it; one that contradicts it is refused.

    Raises `OperationRefused` (`connection-failed`). No message repeats a value: a url that is written wrongly may have
    its password anywhere.
    """
    _refuse_unknown(connection)
    stated = {
        _SPELLINGS.get(key, key): value
        for key, value in connection.settings.items()
        if value and key not in _OF_SESSION | _OF_OTHERS
    }
    url = connection.settings.get("url")
    parameters = _of_url(connection, url) if url else {}
    for key, value in stated.items():
        if parameters.get(key, value) != value:
            _fail(connection, f"its url and its setting {key} say different things", "leave out one of them")
        parameters[key] = value
    _refuse_misread(connection, parameters)
    for key in _FILES & parameters.keys():
        if parameters[key] not in _NO_FILES:
            parameters[key] = str(connection.project_directory / Path(parameters[key]).expanduser())
    parameters.setdefault("application_name", "ktx")
    settings = {key: connection.settings[key] for key in _OF_SESSION if connection.settings.get(key)}
    return Target(parameters, settings)


def _of_url(connection: Connection, url: str) -> dict[str, str]:
    scheme = _SCHEME.match(url)
    if scheme is None and ("://" in url or "=" not in url):
        _fail(connection, "its url does not begin with postgresql://", _EXAMPLE)
    plain = f"postgresql://{url[scheme.end() :]}" if scheme else url
    try:
        found = conninfo_to_dict(plain)
    except ProgrammingError:
        _fail(connection, "its url cannot be read", f"{_EXAMPLE}; {_ENCODE}")
    named = {key: str(value) for key, value in found.items() if value is not None}
    unknown = sorted(named.keys() - _PARAMETERS - {"connect_timeout"})
    if unknown:
        _fail(connection, f"its url has a parameter that is not for here: {unknown[0]}", _EXAMPLE)
    named.pop("connect_timeout", None)
    return named


def _refuse_unknown(connection: Connection) -> None:
    for key in connection.settings:
        if key not in _KNOWN:
            near = near_names(key, _KNOWN)
            hint = f"did you mean {' or '.join(near)}?" if near else _EXAMPLE
            _fail(connection, f"it has a setting that is not known: {key}", hint)


def _refuse_misread(connection: Connection, parameters: Mapping[str, str]) -> None:
    """A password with an @ or / in it makes libpq see hosts and ports where there are none, and name them in errors."""
    ports = parameters.get("port", "").split(",")
    if not all(port == "" or (port.isascii() and port.isdigit()) for port in ports):
        _fail(connection, "its port is not a number", f"{_EXAMPLE}; {_ENCODE}")
    if any("@" in parameters.get(key, "") for key in ("host", "dbname")):
        _fail(connection, "its url has more than one @", _ENCODE)


def _fail(connection: Connection, why: str, hint: str) -> NoReturn:
    raise OperationRefused(f"cannot open connection {connection.id!r}: {why}", code="connection-failed", hint=hint)
