"""A small shop: two facts over customers, and the items of orders."""

from typing import Any


def number(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "type": "number"} for name in names]


SHOP: list[dict[str, Any]] = [
    {
        "name": "customers",
        "table": "customers",
        "grain": ["id"],
        "columns": [*number("id"), {"name": "name", "type": "string"}, {"name": "region", "type": "string"}],
        "measures": [{"name": "customers", "expr": "count(*)"}],
    },
    {
        "name": "orders",
        "table": "orders",
        "grain": ["id"],
        "columns": [
            *number("id", "customer_id", "amount", "cost"),
            {"name": "status", "type": "string"},
            {"name": "created_at", "type": "time", "role": "time"},
        ],
        "joins": [{"to": "customers", "on": "customer_id = customers.id", "relationship": "many_to_one"}],
        "measures": [
            {"name": "revenue", "expr": "sum(amount)"},
            {"name": "orders", "expr": "count(*)"},
            {"name": "paid", "expr": "sum(amount)", "filter": "status = 'paid'"},
            {"name": "net", "expr": "sum(amount) - sum(cost)"},
            {"name": "net_per_order", "expr": "net / orders"},
            {"name": "middle", "expr": "median(amount)"},
            {"name": "with_a", "expr": "sum(amount)", "filter": "items.sku = 'a'"},
        ],
        "segments": [{"name": "large", "expr": "amount > 10 or status = 'vip'"}],
    },
    {
        "name": "tickets",
        "table": "tickets",
        "grain": ["id"],
        "columns": number("id", "customer_id", "minutes"),
        "joins": [{"to": "customers", "on": "customers.id = customer_id", "relationship": "many_to_one"}],
        "measures": [{"name": "tickets", "expr": "count(*)"}, {"name": "minutes", "expr": "sum(minutes)"}],
    },
    {
        "name": "items",
        "table": "items",
        "grain": ["id"],
        "columns": [*number("id", "order_id", "quantity"), {"name": "sku", "type": "string"}],
        "joins": [{"to": "orders", "on": "order_id = orders.id", "relationship": "many_to_one"}],
        "measures": [{"name": "quantity", "expr": "sum(quantity)"}],
    },
]
