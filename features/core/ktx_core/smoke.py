"""Proof that `core` works where it was installed: run after an install and by `ktx runtime doctor`."""

from __future__ import annotations

EXPECTED_ROWS = [(1, 30), (2, 12)]


def libraries() -> str | None:
    """The libraries of the feature import, and sqlglot and yaml do their work. The reason if not, else None."""
    import sqlglot  # noqa: PLC0415 - a feature's library, which a declaration must not import
    import yaml  # noqa: PLC0415

    if yaml.safe_load("a: [1]") != {"a": [1]}:
        return "yaml does not read YAML"
    rendered = sqlglot.transpile("SELECT 1 LIMIT 1", read="postgres", write="tsql")
    return None if rendered == ["SELECT TOP 1 1"] else f"sqlglot renders something else: {rendered}"


def query() -> str | None:
    """A query is compiled and executed, and the numbers are right. The reason if not, else None."""
    import sqlite3  # noqa: PLC0415 - as above

    from semantic_layer import compile_query  # noqa: PLC0415

    orders = {
        "name": "orders",
        "table": "orders",
        "grain": ["id"],
        "columns": [
            {"name": "id", "type": "number"},
            {"name": "customer", "type": "number"},
            {"name": "amount", "type": "number"},
        ],
        "measures": [{"name": "revenue", "expr": "sum(amount)"}],
    }
    wanted = {
        "measures": ["orders.revenue"],
        "dimensions": ["orders.customer"],
        "order_by": [{"field": "orders.customer", "direction": "asc"}],
    }
    compiled = compile_query([orders], wanted, dialect="sqlite")
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE orders (id, customer, amount)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", [(1, 1, 10), (2, 1, 20), (3, 2, 12)])
        rows = connection.execute(compiled.sql).fetchall()
    return None if rows == EXPECTED_ROWS else f"a query gives {rows} instead of {EXPECTED_ROWS}"
