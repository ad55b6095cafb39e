"""The answers that the demo has to give, in hand-written SQL: for the five questions, and for every measure alone."""

QUESTIONS: dict[str, str] = {
    "How did revenue and refunds run through 2025, month by month?": """
        WITH sold AS (
          SELECT substr(o.ordered_on, 1, 7) AS month, sum(l.quantity * l.unit_price_cents - l.discount_cents) AS cents
          FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id GROUP BY 1
        ), refunded AS (
          SELECT substr(returned_on, 1, 7) AS month, sum(refund_cents) AS cents FROM returns GROUP BY 1
        ), months AS (
          SELECT DISTINCT substr(day, 1, 7) AS month FROM calendar WHERE day >= '2025-01-01'
        )
        SELECT month || '-01', sold.cents / 100.0, refunded.cents / 100.0, (sold.cents - refunded.cents) / 100.0
        FROM months LEFT JOIN sold USING (month) LEFT JOIN refunded USING (month)
        ORDER BY month
    """,
    "What did each kind of advertising cost, and what was sold under it?": """
        WITH spent AS (SELECT medium, sum(spend_cents) / 100.0 AS spend FROM campaigns GROUP BY medium),
        placed AS (
          SELECT o.status,
            (SELECT medium FROM campaigns AS c WHERE o.ordered_on >= c."from" AND o.ordered_on < c."to") AS medium,
            (SELECT sum(quantity * unit_price_cents - discount_cents) FROM order_lines WHERE order_id = o.id) AS cents
          FROM orders AS o
        ), sold AS (
          SELECT medium, sum(status <> 'cancelled') AS orders, sum(cents) / 100.0 AS revenue FROM placed GROUP BY medium
        )
        SELECT sold.medium, spend, orders, revenue, round(revenue / spend, 2)
        FROM sold LEFT JOIN spent ON spent.medium = sold.medium
        ORDER BY spend DESC NULLS LAST
    """,
    "Who sends parcels to another part of the world than their own?": """
        WITH located AS (SELECT a.id, c.region FROM addresses AS a JOIN countries AS c ON c.code = a.country_code)
        SELECT payer.region, receiver.region, sum(o.status <> 'cancelled') AS placed,
          sum((SELECT sum(quantity * unit_price_cents - discount_cents) FROM order_lines WHERE order_id = o.id)) / 100.0
        FROM orders AS o
        JOIN located AS payer ON payer.id = o.billing_address_id
        JOIN located AS receiver ON receiver.id = o.shipping_address_id
        WHERE payer.region <> receiver.region
        GROUP BY 1, 2 ORDER BY placed DESC
    """,
    "What is an order worth, by group of customers?": """
        WITH valued AS (
          SELECT (SELECT "group" FROM customers WHERE id = o.customer_id) AS grp, o.status,
            (SELECT sum(quantity * unit_price_cents - discount_cents) FROM order_lines WHERE order_id = o.id) AS cents
          FROM orders AS o
        )
        SELECT grp, sum(status <> 'cancelled'), sum(cents) / 100.0,
          round(sum(cents) / 100.0 / sum(status <> 'cancelled'), 2) AS worth
        FROM valued GROUP BY grp ORDER BY worth DESC
    """,
    "How many of the visitors of 2025 ordered, channel by channel?": """
        WITH every AS (SELECT code, name FROM channels UNION ALL SELECT NULL, NULL), counted AS (
          SELECT name,
            (SELECT sum(visitors) FROM visits WHERE channel_code IS every.code AND day >= '2025-01-01') AS visitors,
            (SELECT count(*) FROM orders
             WHERE channel_code IS every.code AND ordered_on >= '2025-01-01' AND status <> 'cancelled') AS placed
          FROM every
        )
        SELECT name, visitors, placed, round(100.0 * placed / visitors, 2)
        FROM counted ORDER BY visitors DESC NULLS LAST
    """,
}
"""By the text of the question."""

_REVENUE = "(SELECT sum(quantity * unit_price_cents - discount_cents) / 100.0 FROM order_lines)"
_PLACED = "(SELECT count(*) FROM orders WHERE status <> 'cancelled')"
_REFUNDED = "(SELECT sum(refund_cents) / 100.0 FROM returns)"
_COST = "(SELECT sum(quantity * unit_cost_cents) / 100.0 FROM order_lines)"

TOTALS: dict[str, str] = {
    "addresses.address_count": "SELECT count(*) FROM addresses",
    "calendar.days": "SELECT 1096",
    "calendar.gale_days": "SELECT count(*) FROM calendar WHERE weather = 'gale'",
    "campaigns.campaign_count": "SELECT count(*) FROM campaigns",
    "campaigns.revenue_per_euro": f"SELECT round({_REVENUE} / (sum(spend_cents) / 100.0), 2) FROM campaigns",
    "campaigns.spend": "SELECT sum(spend_cents) / 100.0 FROM campaigns",
    "customers.customer_count": "SELECT count(*) FROM customers",
    "customers.newsletter_readers": "SELECT count(*) FROM customers WHERE newsletter = 1",
    "order_lines.average_unit_price": f"SELECT round({_REVENUE} / sum(quantity), 2) FROM order_lines",
    "order_lines.cost_of_goods": f"SELECT {_COST}",
    "order_lines.discounts": "SELECT sum(discount_cents) / 100.0 FROM order_lines",
    "order_lines.gift_revenue": """
        SELECT sum(quantity * unit_price_cents - discount_cents) / 100.0 FROM order_lines WHERE is_gift = 1""",
    "order_lines.gross_profit": f"SELECT {_REVENUE} - {_COST}",
    "order_lines.gross_sales": "SELECT sum(quantity * unit_price_cents) / 100.0 FROM order_lines",
    "order_lines.line_count": "SELECT count(*) FROM order_lines",
    "order_lines.margin_percent": f"SELECT round(100 * ({_REVENUE} - {_COST}) / {_REVENUE}, 1)",
    "order_lines.net_revenue": f"SELECT {_REVENUE} - {_REFUNDED}",
    "order_lines.revenue": f"SELECT {_REVENUE}",
    "order_lines.units": "SELECT sum(quantity) FROM order_lines",
    "orders.average_order_value": f"SELECT round({_REVENUE} / {_PLACED}, 2)",
    "orders.buyers": "SELECT count(DISTINCT customer_id) FROM orders WHERE status <> 'cancelled'",
    "orders.cancelled_orders": "SELECT count(*) FROM orders WHERE status = 'cancelled'",
    "orders.cancelled_percent": "SELECT round(100.0 * sum(status = 'cancelled') / count(*), 2) FROM orders",
    "orders.conversion_percent": f"SELECT round(100.0 * {_PLACED} / sum(visitors), 2) FROM visits",
    "orders.last_order": "SELECT max(ordered_at) FROM orders",
    "orders.order_count": "SELECT count(*) FROM orders",
    "orders.placed_orders": f"SELECT {_PLACED}",
    "orders.postage": "SELECT sum(postage_cents) / 100.0 FROM orders WHERE status <> 'cancelled'",
    "products.average_list_price": "SELECT round(avg(list_price_cents / 100.0), 2) FROM products",
    "products.average_weight": 'SELECT round(avg("weight (g)"), 1) FROM products',
    "products.discontinued_products": "SELECT count(discontinued_on) FROM products",
    "products.product_count": "SELECT count(*) FROM products",
    "returns.exchanges": "SELECT count(*) FROM returns WHERE refund_cents = 0",
    "returns.refunded": f"SELECT {_REFUNDED}",
    "returns.return_count": "SELECT count(*) FROM returns",
    "returns.returned_percent": """
        SELECT round(100.0 * (SELECT sum(quantity) FROM returns) / sum(quantity), 2) FROM order_lines""",
    "returns.returned_units": "SELECT sum(quantity) FROM returns",
    "shipments.average_days_in_transit": """
        SELECT round(avg(julianday(delivered_on) - julianday(shipped_on)), 2) FROM shipments""",
    "shipments.carriage": "SELECT sum(cost_cents) / 100.0 FROM shipments",
    "shipments.parcels_sent": "SELECT sum(parcels) FROM shipments",
    "shipments.shipment_count": "SELECT count(*) FROM shipments",
    "shipments.undelivered": "SELECT count(*) FROM shipments WHERE delivered_on IS NULL",
    "suppliers.supplier_count": "SELECT count(*) FROM suppliers",
    "visits.visitors": "SELECT sum(visitors) FROM visits",
}
"""By qualified name: what the measure is without any dimension."""

ADDITIVE = frozenset(
    {
        "addresses.address_count", "calendar.days", "calendar.gale_days", "campaigns.campaign_count", "campaigns.spend",
        "customers.customer_count", "customers.newsletter_readers", "order_lines.cost_of_goods",
        "order_lines.discounts", "order_lines.gift_revenue", "order_lines.gross_profit", "order_lines.gross_sales",
        "order_lines.line_count", "order_lines.net_revenue", "order_lines.revenue", "order_lines.units",
        "orders.cancelled_orders", "orders.order_count", "orders.placed_orders", "orders.postage",
        "products.discontinued_products", "products.product_count", "returns.exchanges", "returns.refunded",
        "returns.return_count", "returns.returned_units", "shipments.carriage", "shipments.parcels_sent",
        "shipments.shipment_count", "shipments.undelivered", "suppliers.supplier_count", "visits.visitors",
    }
)  # fmt: skip
"""Measures whose groups add up to their total."""
