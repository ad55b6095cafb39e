"""Steps of DuckDB's optimiser that a session goes without, because they change answers."""

import duckdb

WRONG = "common_subplan"
"""Computes once what two branches of a UNION share, and takes one's columns for the other's: seen in 2.0.1 where both
join a table to itself under a filter with OR. `test_two_branches_that_share_a_join_keep_their_own_columns`
tells whether a version still does."""


def go_without_what_is_wrong(connection: duckdb.DuckDBPyConnection) -> None:
    """Before settings are locked. Versions that do not have the step yet are left alone."""
    known = connection.execute("SELECT count(*) FROM duckdb_optimizers() WHERE name = ?", [WRONG]).fetchone()
    if known and known[0]:
        connection.execute(f"SET disabled_optimizers = '{WRONG}'")
