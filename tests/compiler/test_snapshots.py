"""The SQL for engines that cannot run here: as reviewed, and read back by sqlglot without loss.

After a change that is meant, write the files anew with `KTX_WRITE_SNAPSHOTS=1` and review the difference.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from semantic_layer import compile_query
from tests.compiler.shop import SHOP

DIALECTS = ("snowflake", "bigquery", "redshift", "databricks", "trino", "tsql")
HERE = Path(__file__).parent / "snapshots"
QUERIES: dict[str, dict[str, Any]] = {
    "total": {"measures": ["orders.revenue"]},
    "two-facts": {
        "measures": ["orders.revenue", "tickets.tickets"],
        "dimensions": ["customers.region"],
        "order_by": [{"field": "orders.revenue", "direction": "desc"}, "customers.region"],
        "limit": 10,
    },
    "time": {
        "measures": ["orders.net_per_order"],
        "dimensions": [
            {"field": "orders.created_at", "granularity": each}
            for each in ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
        ],
    },
    "details": {"measures": ["orders.with_a"], "filters": ["items.quantity > 1 or orders.status = 'vip'"]},
    "median": {"measures": ["orders.middle"], "dimensions": ["orders.status"]},
    "groups": {
        "measures": ["orders.paid"],
        "dimensions": ["orders.status"],
        "filters": ["orders.net / orders.orders > 1"],
        "segments": ["orders.large"],
    },
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", QUERIES)
def test_the_sql_is_the_reviewed_one(name: str, dialect: str) -> None:
    compiled = compile_query(SHOP, QUERIES[name], dialect=dialect)
    assert "function-not-documented" not in {warning.code for warning in compiled.warnings}
    sql = compiled.sql
    pretty = sqlglot.parse_one(sql, dialect=dialect).sql(dialect=dialect, pretty=True) + "\n"
    file = HERE / f"{name}.{dialect}.sql"
    if os.environ.get("KTX_WRITE_SNAPSHOTS"):
        file.write_text(pretty, encoding="utf-8")
    assert pretty == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", QUERIES)
def test_the_sql_is_read_back_as_it_was_written(name: str, dialect: str) -> None:
    sql = compile_query(SHOP, QUERIES[name], dialect=dialect).sql
    once = sqlglot.parse_one(sql, dialect=dialect).sql(dialect=dialect)
    assert sqlglot.parse_one(once, dialect=dialect).sql(dialect=dialect) == once


@pytest.mark.parametrize("dialect", DIALECTS)
def test_percentiles_are_never_approximated(dialect: str) -> None:
    assert "APPROX" not in compile_query(SHOP, QUERIES["median"], dialect=dialect).sql.upper()
