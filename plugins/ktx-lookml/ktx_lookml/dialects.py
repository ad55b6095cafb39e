"""The SQL dialects that a project may be written in."""

KNOWN = {
    **{
        name: name
        for name in (
            "bigquery", "clickhouse", "databricks", "duckdb", "mysql", "postgres", "redshift", "snowflake", "sqlite",
            "trino", "tsql",
        )
    },
    "postgresql": "postgres",
}  # fmt: skip
"""By what a caller says: sqlglot's name."""
