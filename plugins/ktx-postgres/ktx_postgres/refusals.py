"""What went wrong, in a sentence that names the next step. Pure: texts and records in, refusals out."""

from __future__ import annotations

import re
from dataclasses import dataclass

import psycopg

from ktx_postgres.target import Target
from ktx_runtime.api import OperationRefused


@dataclass(frozen=True, slots=True)
class _Cause:
    """How libpq or the server words a cause, what that means, and what to do. Braces are filled from the target."""

    words: re.Pattern[str]
    sentence: str
    hint: str


def _cause(words: str, sentence: str, hint: str) -> _Cause:
    return _Cause(re.compile(words, re.IGNORECASE | re.DOTALL), sentence, hint)


_CAUSES = (
    _cause(
        r"certificate verify failed|unable to get local issuer",
        "the certificate of {address} is not signed by an authority that is trusted here",
        "set sslrootcert to the authority's certificate (or to system)",
    ),
    _cause(
        r"root certificate file .* (?:does not exist|could not be)|could not (?:read|load) (?:root )?certificate",
        "a certificate file of the connection cannot be read",
        "check sslrootcert, sslcert and sslkey",
    ),
    _cause(
        r"private key file|could not load private key",
        "the private key of the connection cannot be used",
        "check sslkey: the file must exist, and be readable by its owner only",
    ),
    _cause(
        r"server certificate for .* does not match host name",
        "the certificate of {address} is made out to another host",
        "give the host by the name in its certificate",
    ),
    _cause(
        r"invalid sslmode value|invalid .* value: ",
        "a setting has a value that libpq does not know",
        "sslmode is one of: disable, allow, prefer, require, verify-ca, verify-full",
    ),
    _cause(
        r"server does not support SSL", "{address} does not offer TLS, and sslmode asks for it", "set sslmode: prefer"
    ),
    _cause(
        r"^(?!.*SSL encryption).*pg_hba\.conf.*no encryption",
        "{address} does not let user {user} into database {database} from here without TLS",
        "set sslmode: require, or have an entry added to pg_hba.conf",
    ),
    _cause(
        r"no pg_hba\.conf entry|pg_hba\.conf rejects",
        "{address} does not let user {user} into database {database} from here",
        "have an entry for this machine added to pg_hba.conf",
    ),
    _cause(
        r"no password supplied",
        "{address} wants a password for user {user}, and none is given",
        "add `password: env:NAME` to the connection, and set NAME",
    ),
    _cause(
        r"(?:password|SCRAM|peer|ident|certificate|GSSAPI|LDAP|PAM|RADIUS)[\w -]* authentication failed"
        r"|role .* does not exist",
        "{address} does not know user {user} with these credentials",
        "check user and password of the connection",
    ),
    _cause(
        r"database .* does not exist",
        "{address} has no database {database}",
        "check database in the connection (or the end of its url)",
    ),
    _cause(
        r"permission denied for database",
        "user {user} may not connect to database {database}",
        "have it allowed: GRANT CONNECT ON DATABASE … TO …",
    ),
    _cause(
        r"role .* is not permitted to log in",
        "user {user} may not log in to {address}",
        "have it allowed: ALTER ROLE … LOGIN, or name another user",
    ),
    _cause(
        r"too many (?:clients|connections)|remaining connection slots",
        "{address} has no connection left",
        "try again when others have closed theirs",
    ),
    _cause(
        r"is starting up|is shutting down|in recovery mode|not (?:yet )?accepting connections",
        "{address} is starting or stopping",
        "try again in a moment",
    ),
    _cause(
        r"could not translate host name|name or service not known|nodename nor servname|failed to resolve"
        r"|no address associated",
        "there is no host of that name: {address}",
        "check host in the connection, and that this machine can look it up",
    ),
    _cause(
        r"timeout expired|timed out",
        "{address} did not answer within {seconds:g} seconds",
        "check host and port, and that no firewall stands between",
    ),
    _cause(
        r"connection refused|no such file or directory|is the server running",
        "nothing listens at {address}",
        "check host and port of the connection, and that the server runs",
    ),
    _cause(
        r"no route to host|network is unreachable|host is down",
        "{address} cannot be reached from here",
        "check the network, or the VPN that it is behind",
    ),
    _cause(
        r"received invalid response|expected authentication request|protocol version",
        "what listens at {address} is not PostgreSQL",
        "check host and port of the connection",
    ),
    _cause(
        r"server closed the connection unexpectedly|connection reset|SSL SYSCALL|unexpected eof",
        "{address} closed the connection at once",
        "check that this is PostgreSQL's port, and the server's log",
    ),
)
_ELSEWHERE = "check the settings of the connection in ktx.yaml, and the server's log"
_FATAL = re.compile(r"FATAL:\s*(?P<reason>[^\n]+)")

_READ_ONLY = "25006"
_CANCELED = "57014"
_DENIED = "42501"
_LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "08000", "08001", "08003", "08004", "08006", "08P01", "25P03"})
"""The server went, or sent us away (PostgreSQL manual, Error Codes: classes 08 and 57P)."""


def not_connected(connection_id: str, target: Target, text: str, seconds: float) -> OperationRefused:
    """The refusal of a connection that could not be opened; `text` is libpq's, and is not passed on as it is."""
    cause = next((cause for cause in _CAUSES if cause.words.search(text)), None)
    if cause is None:
        said = _FATAL.search(text)
        reason = said["reason"] if said and not target.holds_secret(text) else "the reason is not known"
        sentence, hint = f"{target.address} refused: {reason}", _ELSEWHERE
    else:
        sentence = cause.sentence.format(
            address=target.address, user=target.user, database=target.database, seconds=seconds
        )
        hint = cause.hint
    return OperationRefused(
        f"cannot open connection {connection_id!r}: {sentence}", code="connection-failed", hint=hint
    )


def time_is_up(seconds: float) -> OperationRefused:
    """The refusal of what took too long."""
    return OperationRefused(
        f"the query was stopped after {seconds:g} seconds",
        code="query-timeout",
        hint="ask for less, or allow more time",
    )


def canceled() -> OperationRefused:
    """The refusal of what somebody stopped."""
    return OperationRefused("the query was stopped before its end", code="query-canceled")


def connection_lost() -> OperationRefused:
    """The refusal of what ended with the connection."""
    return OperationRefused(
        "PostgreSQL closed the connection before the statement had ended",
        code="connection-lost",
        hint="see that the server runs, then ask again",
    )


def no_query() -> OperationRefused:
    """The refusal of a statement that would act and return nothing."""
    return OperationRefused("the statement returns no rows: it is no query", code="query-failed")


def was_canceled(error: psycopg.Error) -> bool:
    """Whether the server stopped the statement because somebody, or a time limit, said so."""
    return error.sqlstate == _CANCELED


def is_lost(error: psycopg.Error, *, closed: bool) -> bool:
    """Whether the connection is gone with the error."""
    return closed or error.sqlstate in _LOST


def query_failed(error: psycopg.Error, sql: str) -> OperationRefused:
    """The refusal of a statement that PostgreSQL refused, with the place in it where the server saw one."""
    if error.sqlstate == _READ_ONLY:
        return OperationRefused("PostgreSQL refused the statement: it does more than read", code="query-failed")
    said = error.diag.message_primary or str(error).partition("\n")[0] or type(error).__name__
    place = _place(sql, error.diag.statement_position)
    detail = f": {error.diag.message_detail}" if error.diag.message_detail else ""
    hint = error.diag.message_hint
    if error.sqlstate == _DENIED:
        hint = hint or "have the connection's user allowed to read it: GRANT SELECT ON … TO …"
    return OperationRefused(f"PostgreSQL refused the statement: {said}{detail}{place}", code="query-failed", hint=hint)


def _place(sql: str, position: str | None) -> str:
    """The server counts characters from 1, over all lines."""
    if not position or not position.isdigit() or not 1 <= int(position) <= len(sql) + 1:
        return ""
    before = sql[: int(position) - 1]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return f" (line {line}, column {column})"
