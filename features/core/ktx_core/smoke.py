"""Proof that `core` works where it was installed: run after an install and by `ktx runtime doctor`."""

from __future__ import annotations

SOURCE = """
name: orders
table: orders
grain: [id]
columns:
  - {name: id, type: number}
  - {name: customer, type: number}
  - {name: amount, type: number}
measures:
  - {name: revenue, expr: sum(amount)}
"""
ROWS = [(1, 1, 10), (2, 1, 20), (3, 2, 12)]
EXPECTED = [(1, 30), (2, 12)]


def query() -> str | None:
    """A source is read, the operation compiles a query, and its SQL gives the right numbers. The reason if not."""
    import sqlite3  # noqa: PLC0415 - a declaration names this module, and must import without the feature's libraries
    from contextlib import closing  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    import yaml  # noqa: PLC0415

    from ktx_core.semantic.handlers import query as answer  # noqa: PLC0415
    from ktx_core.semantic.wire import QueryRequest  # noqa: PLC0415
    from ktx_runtime.api import Mode, OperationContext  # noqa: PLC0415

    wanted = {
        "measures": ["orders.revenue"],
        "dimensions": ["orders.customer"],
        "order_by": [{"field": "orders.customer", "direction": "asc"}],
    }
    request = {"sources": [yaml.safe_load(SOURCE)], "query": wanted, "dialect": "sqlite"}
    compiled = answer(QueryRequest.model_validate(request), OperationContext(Mode.ONE_SHOT, Path.cwd(), {}))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE orders (id, customer, amount)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", ROWS)
        found = connection.execute(compiled.sql).fetchall()
    return None if found == EXPECTED else f"a query gives {found} instead of {EXPECTED}"
