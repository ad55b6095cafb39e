"""Settings that a dialect takes with the query, so that its outer joins and empty sums are SQL's."""

from sqlglot import exp

_CLICKHOUSE = ("join_use_nulls", "aggregate_functions_null_for_empty")


def add_settings(select: exp.Select, dialect: str) -> None:
    """ClickHouse fills unmatched columns with defaults and sums nothing to 0 unless told otherwise."""
    if dialect == "clickhouse":
        select.set(
            "settings",
            [exp.EQ(this=exp.Var(this=name), expression=exp.Literal.number(1)) for name in _CLICKHOUSE],
        )
