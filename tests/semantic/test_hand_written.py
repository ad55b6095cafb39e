"""Business questions over a few thousand rows, against SQL that a person wrote for them.

The shop's model over generated data: some 3,000 orders, 7,000 items and 400 returns, with NULL and dangling keys.
The hand-written SQL is plain enough to run on every engine as it stands.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from asking import Ask, World, measures, source
from engines import Table
from shop import CUSTOMERS, ITEMS, ORDERS, PRODUCTS, REGIONS, RETURNS, SHOP, to


@cache
def large_shop() -> World:
    """The shop with many rows, from a fixed seed."""
    rng = random.Random(7)  # noqa: S311 - repeatable, not secret

    def key(count: int) -> int | None:
        return None if rng.random() < 0.05 else rng.randint(1, int(count * 1.05))

    def word(*words: str) -> str | None:
        return None if rng.random() < 0.05 else rng.choice(words)

    start = datetime(2022, 1, 1)  # noqa: DTZ001 - the data has no zones
    regions = [(number, f"region {number}") for number in range(1, 9)]
    customers = [(number, f"c{number % 150}", key(8), word("gold", "iron", "tin")) for number in range(1, 241)]
    orders = [
        (
            number,
            key(200),
            word("paid", "open", "void"),
            None if rng.random() < 0.05 else Decimal(rng.randint(-400, 4000)) / 4,
            start + timedelta(hours=rng.randrange(24 * 900)),
        )
        for number in range(1, 3001)
    ]
    products = [(number, f"p{number}", word("red", "blue", "green")) for number in range(1, 41)]
    items = [
        (number, key(3000), key(40), rng.randint(1, 5), Decimal(rng.randint(1, 400)) / 4) for number in range(1, 7001)
    ]
    returns = [(number, key(200), Decimal(rng.randint(1, 400)) / 4, word("broken", "late")) for number in range(1, 401)]
    filled = [
        Table(empty.name, empty.columns, tuple(rows))
        for empty, rows in [
            (REGIONS, regions),
            (CUSTOMERS, customers),
            (ORDERS, orders),
            (PRODUCTS, products),
            (ITEMS, items),
            (RETURNS, returns),
        ]
    ]
    return SHOP.but(
        source(
            ORDERS,
            joins=[to("customers", "customer_id = customers.id")],
            measures=measures(
                revenue="sum(amount)",
                orders="count(*)",
                buyers="count_distinct(customer_id)",
                paid={"expr": "sum(amount)", "filter": "status = 'paid'"},
                mean="revenue / orders",
                net="orders.revenue - returns.refunds",
            ),
        ),
        tables=filled,
    )


QUESTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "revenue by region": (
        {"measures": ["orders.revenue"], "dimensions": ["regions.name"], "include_empty": False},
        """
        select r.name, sum(o.amount) from orders o
        left join customers c on c.id = o.customer_id left join regions r on r.id = c.region_id group by r.name
        """,
    ),
    "what gold customers buy, by colour": (
        {
            "measures": ["items.units", "items.sales"],
            "dimensions": ["products.color"],
            "filters": ["customers.tier = 'gold'"],
            "include_empty": False,
        },
        """
        select p.color, sum(i.quantity), sum(i.quantity * i.price) from items i
        left join products p on p.id = i.product_id
        join orders o on o.id = i.order_id join customers c on c.id = o.customer_id
        where c.tier = 'gold' group by p.color
        """,
    ),
    "revenue and refunds by tier": (
        {"measures": ["orders.revenue", "returns.refunds"], "dimensions": ["customers.tier"]},
        """
        with o as (select c.tier as tier, sum(o.amount) as v from orders o left join customers c on c.id = o.customer_id
                   group by c.tier),
             r as (select c.tier as tier, sum(b.amount) as v from returns b
                   left join customers c on c.id = b.customer_id group by c.tier)
        select o.tier, o.v, r.v from o join r on coalesce(o.tier, '-') = coalesce(r.tier, '-')
        """,
    ),
    "net revenue by region": (
        {"measures": ["orders.net"], "dimensions": ["regions.name"], "include_empty": False},
        """
        with moves as (select customer_id, amount as v from orders
                       union all select customer_id, -amount from returns)
        select r.name, sum(v) from moves m
        left join customers c on c.id = m.customer_id left join regions r on r.id = c.region_id group by r.name
        """,
    ),
    "orders that hold a red product": (
        {"measures": ["orders.orders", "orders.revenue"], "filters": ["products.color = 'red'"]},
        """
        select count(*), sum(amount) from orders where id in
        (select i.order_id from items i join products p on p.id = i.product_id where p.color = 'red')
        """,
    ),
    "large regions": (
        {
            "measures": ["orders.orders", "orders.buyers"],
            "dimensions": ["regions.name"],
            "filters": ["orders.revenue > 160000"],
            "include_empty": False,
        },
        """
        select r.name, count(*), count(distinct o.customer_id) from orders o
        left join customers c on c.id = o.customer_id left join regions r on r.id = c.region_id
        group by r.name having sum(o.amount) > 160000
        """,
    ),
    "the mean order of paid and all": (
        {"measures": ["orders.mean", "orders.paid"], "dimensions": ["customers.tier"], "include_empty": False},
        """
        select c.tier, sum(o.amount) * 1.0 / count(*), sum(case when o.status = 'paid' then o.amount end)
        from orders o left join customers c on c.id = o.customer_id group by c.tier
        """,
    ),
    "five best customers of the north": (
        {
            "measures": ["orders.revenue"],
            "dimensions": ["customers.id"],
            "filters": ["regions.name = 'region 1'", "orders.revenue is not null"],
            "order_by": [{"field": "orders.revenue", "direction": "desc"}, "customers.id"],
            "limit": 5,
        },
        """
        select c.id, sum(o.amount) from orders o join customers c on c.id = o.customer_id
        join regions r on r.id = c.region_id where r.name = 'region 1'
        group by c.id having sum(o.amount) is not null order by 2 desc, 1 limit 5
        """,
    ),
    "customers without an order": (
        {"measures": ["orders.orders"], "dimensions": ["customers.id"], "filters": ["orders.orders = 0"]},
        "select id, 0 from customers where id not in (select customer_id from orders where customer_id is not null)",
    ),
    "three facts by customer name": (
        {
            "measures": ["customers.customers", "orders.orders", "returns.returned", "items.lines"],
            "dimensions": ["customers.name"],
            "filters": ["customers.tier in ('gold', 'tin')"],
        },
        """
        select n.name,
          (select count(*) from customers c where c.name = n.name and c.tier in ('gold', 'tin')),
          coalesce((select count(*) from orders o join customers c on c.id = o.customer_id
           where c.name = n.name and c.tier in ('gold', 'tin')), 0),
          coalesce((select count(*) from returns r join customers c on c.id = r.customer_id
           where c.name = n.name and c.tier in ('gold', 'tin')), 0),
          coalesce((select count(*) from items i
           join orders o on o.id = i.order_id join customers c on c.id = o.customer_id
           where c.name = n.name and c.tier in ('gold', 'tin')), 0)
        from (select distinct name from customers where tier in ('gold', 'tin')) n
        """,
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_the_hand_written_one(ask_sql: Ask, question: str) -> None:
    query, sql = QUESTIONS[question]
    asked = large_shop()
    expected = ask_sql.by_hand(asked, sql)
    assert expected
    ask_sql(asked, **query).gives(*expected, ordered="order_by" in query)
