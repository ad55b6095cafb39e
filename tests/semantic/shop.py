"""A small shop that most rules are asked of: two facts and a child fact over shared dimensions.

    regions <- customers <- orders <- items -> products
                        <- returns

There are orders, items and returns with NULL and dangling keys, a customer in no region, a customer in a region that
does not exist, customers without orders, orders without items, products never sold, and amounts that are NULL, 0 and
negative.
"""

from __future__ import annotations

from asking import World, measures, source, world
from engines import table

REGIONS = table("regions", "id:integer name:string", (1, "north"), (2, "south"), (3, "west"))
CUSTOMERS = table(
    "customers",
    "id:integer name:string region_id:integer tier:string",
    (1, "ann", 1, "gold"),
    (2, "bob", 1, None),
    (3, "cyd", 2, "gold"),
    (4, "dan", None, "iron"),
    (5, "eve", 99, "iron"),
)
ORDERS = table(
    "orders",
    "id:integer customer_id:integer status:string amount:decimal placed:timestamp",
    (1, 1, "paid", "10.00", "2024-01-05 10:00:00"),
    (2, 1, "open", "5.50", "2024-01-31 23:59:59"),
    (3, 2, "paid", "0.00", "2024-02-01 00:00:00"),
    (4, None, "paid", "7.25", "2024-02-29 12:00:00"),
    (5, 77, "open", "-2.00", "2024-12-30 08:00:00"),
    (6, 3, "paid", None, "2024-12-31 00:00:00"),
    (7, 3, None, "4.00", None),
)
PRODUCTS = table(
    "products",
    "id:integer name:string color:string",
    (1, "pen", "red"),
    (2, "ink", "blue"),
    (3, "pad", None),
    (4, "cap", "red"),
)
ITEMS = table(
    "items",
    "id:integer order_id:integer product_id:integer quantity:integer price:decimal",
    (1, 1, 1, 2, "3.00"),
    (2, 1, 2, 1, "4.00"),
    (3, 2, 1, 1, "5.50"),
    (4, 4, 3, 1, "7.25"),
    (5, 5, None, 2, "1.00"),
    (6, None, 1, 1, "9.00"),
    (7, 99, 2, 3, "1.00"),
)
RETURNS = table(
    "returns",
    "id:integer customer_id:integer amount:decimal reason:string",
    (1, 1, "2.50", "broken"),
    (2, 1, "1.00", "late"),
    (3, 4, "3.00", "broken"),
    (4, None, "0.50", None),
    (5, 88, "1.25", "late"),
    (6, 2, None, "late"),
)


def to(target: str, on: str, *, relationship: str = "many_to_one", **keys: str) -> dict[str, str]:
    """A join."""
    return {"to": target, "on": on, "relationship": relationship, **keys}


SHOP: World = world(
    REGIONS,
    CUSTOMERS,
    ORDERS,
    PRODUCTS,
    ITEMS,
    RETURNS,
    source(REGIONS),
    source(
        CUSTOMERS,
        joins=[to("regions", "region_id = regions.id")],
        measures=measures(customers="count(*)"),
        segments=[{"name": "golden", "expr": "tier = 'gold'"}],
    ),
    source(
        ORDERS,
        joins=[to("customers", "customer_id = customers.id")],
        measures=measures(
            revenue="sum(amount)",
            orders="count(*)",
            average="avg(amount)",
            smallest="min(amount)",
            largest="max(amount)",
            buyers="count_distinct(customer_id)",
            paid_revenue={"expr": "sum(amount)", "filter": "status = 'paid'"},
            open_orders={"expr": "count(*)", "filter": "status = 'open'"},
        ),
        segments=[{"name": "paid", "expr": "status = 'paid'"}, {"name": "large", "expr": "amount >= 5"}],
    ),
    source(
        ITEMS,
        joins=[to("orders", "order_id = orders.id"), to("products", "product_id = products.id")],
        measures=measures(units="sum(quantity)", lines="count(*)", sales="sum(quantity * price)"),
    ),
    source(PRODUCTS, measures=measures(products="count(*)")),
    source(
        RETURNS,
        joins=[to("customers", "customer_id = customers.id")],
        measures=measures(refunds="sum(amount)", returned="count(*)"),
    ),
)
