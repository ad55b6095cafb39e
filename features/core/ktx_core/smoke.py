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
    """A source is read, a query compiled and executed, and the numbers are right. The reason if not, else None.

    One check rather than one per library: each would import for itself what takes longest to import.
    """
    import sqlite3  # noqa: PLC0415 - a declaration names this module, and must import without the feature's libraries
    from contextlib import closing  # noqa: PLC0415

    import yaml  # noqa: PLC0415

    from semantic_layer import compile_query  # noqa: PLC0415

    wanted = {
        "measures": ["orders.revenue"],
        "dimensions": ["orders.customer"],
        "order_by": [{"field": "orders.customer", "direction": "asc"}],
    }
    compiled = compile_query([yaml.safe_load(SOURCE)], wanted, dialect="sqlite")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE orders (id, customer, amount)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", ROWS)
        found = connection.execute(compiled.sql).fetchall()
    return None if found == EXPECTED else f"a query gives {found} instead of {EXPECTED}"
