"""The SQL dialects that are known by name, in alphabetical order; sqlglot knows each by the same name."""

DIALECTS = (
    "bigquery",
    "clickhouse",
    "databricks",
    "duckdb",
    "mysql",
    "postgres",
    "redshift",
    "snowflake",
    "sqlite",
    "trino",
    "tsql",
)
