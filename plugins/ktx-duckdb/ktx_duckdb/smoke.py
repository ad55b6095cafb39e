"""Proof that DuckDB works in the environment."""

import duckdb


def answers() -> str | None:
    """None when DuckDB computes; otherwise the reason."""
    with duckdb.connect(":memory:") as connection:
        found = connection.execute("SELECT sum(x) FROM range(10) AS t(x)").fetchone()
    return None if found == (45,) else f"it answered {found}"
