"""Proof that the client library works in the environment. A server is nobody's to expect there."""

from psycopg import conninfo, pq

_OLDEST_LIBPQ = 120000


def loads() -> str | None:
    """None when libpq loads and reads an address; otherwise the reason."""
    if pq.version() < _OLDEST_LIBPQ:
        return f"libpq is too old: {pq.version()}"
    found = conninfo.conninfo_to_dict("postgresql://user@host:5433/database").get("port")
    return None if found == "5433" else f"libpq read the port as {found}"
