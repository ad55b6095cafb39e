"""The shop's data: always the same, large enough, and awkward in the ways that real data is."""

import subprocess
import sys
from pathlib import Path

import pytest

import ktx_core.demo
from ktx_core.demo.shop import CONTENT_DIGEST, TABLES, build_database, content_digest, grow_tables
from ktx_core.demo.shop.schema import quoted


def number(shop, sql):
    """The one number that `sql` returns."""
    ((value,),) = shop.execute(sql).fetchall()
    return value


def test_the_shop_grows_the_same_rows_every_time(demo_directory):
    assert content_digest(demo_directory / "shop.db") == CONTENT_DIGEST


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_no_set_or_hash_order_gets_into_the_rows(tmp_path, hash_seed):
    program = """
import pathlib, sys
from ktx_core.demo.shop import build_database, content_digest, grow_tables
build_database(pathlib.Path(sys.argv[1]), grow_tables())
print(content_digest(pathlib.Path(sys.argv[1])))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "shop.db"],
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(Path(ktx_core.demo.__path__[0]).parents[1])},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == CONTENT_DIGEST


def test_one_changed_value_changes_the_digest(tmp_path):
    tables = dict(grow_tables())
    (code, name, region), *others = tables["countries"]
    build_database(tmp_path / "shop.db", {**tables, "countries": [(code, f"{name}!", region), *others]})
    assert content_digest(tmp_path / "shop.db") not in (None, CONTENT_DIGEST)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"not a database" * 100])
def test_a_file_that_is_no_shop_has_another_digest_or_none(tmp_path, content):
    (tmp_path / "shop.db").write_bytes(content)
    assert content_digest(tmp_path / "shop.db") != CONTENT_DIGEST


def test_a_missing_file_has_no_digest(tmp_path):
    assert content_digest(tmp_path / "shop.db") is None


def test_there_are_enough_tables_and_rows(shop):
    rows = {table.name: number(shop, f"SELECT count(*) FROM {quoted(table.name)}") for table in TABLES}
    assert len(rows) == 14
    assert min(rows.values()) > 0
    assert sum(rows.values()) == 67_301
    assert rows["order_lines"] > 30_000


def test_what_ships_is_small():
    shipped = [file for file in Path(ktx_core.demo.__path__[0]).rglob("*") if file.suffix in (".py", ".yaml")]
    assert len(shipped) > 30
    assert sum(file.stat().st_size for file in shipped) < 200_000


def test_the_data_covers_three_years(shop):
    assert shop.execute("SELECT min(day), max(day), count(*) FROM calendar").fetchall() == [
        ("2023-01-01", "2025-12-31", 1096)
    ]
    first, last = shop.execute("SELECT min(ordered_on), max(ordered_on) FROM orders").fetchone()
    assert (first, last) == ("2023-01-01", "2025-12-31")


def test_the_shop_grows_every_year(shop):
    by_year = [count for _, count in shop.execute("SELECT substr(ordered_on, 1, 4), count(*) FROM orders GROUP BY 1")]
    assert by_year == sorted(by_year)
    assert by_year[-1] > 1.3 * by_year[0]


def test_december_is_the_best_month_and_kites_sell_in_spring(shop):
    months = dict(shop.execute("SELECT substr(ordered_on, 6, 2), count(*) FROM orders GROUP BY 1"))
    assert max(months, key=months.__getitem__) == "12"
    kites = dict(
        shop.execute(
            """
            SELECT substr(o.ordered_on, 6, 2), count(*)
            FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id
            JOIN products AS p ON p.id = l.product_id JOIN categories AS c ON c.id = p.category_id
            WHERE c.name = 'Kites' GROUP BY 1
            """
        )
    )
    assert kites["05"] > 3 * kites["12"]


def test_gales_are_good_for_oilskins(shop):
    by_weather = dict(
        shop.execute(
            """
            SELECT d.weather, 1.0 * sum(l.quantity) / count(DISTINCT d.day)
            FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id JOIN calendar AS d ON d.day = o.ordered_on
            JOIN products AS p ON p.id = l.product_id JOIN categories AS c ON c.id = p.category_id
            WHERE c.name = 'Oilskin coats' GROUP BY 1
            """
        )
    )
    assert by_weather["gale"] > 1.5 * by_weather["calm"]


def test_the_harbour_shop_is_shut_on_sundays_and_the_market_is_on_saturdays(shop):
    days = (
        "SELECT DISTINCT d.weekday FROM orders AS o JOIN calendar AS d ON d.day = o.ordered_on WHERE o.channel_code = "
    )
    assert ("Sunday",) not in shop.execute(f"{days} 'harbour'").fetchall()
    assert shop.execute(f"{days} 'market'").fetchall() == [("Saturday",)]


AWKWARD = {
    "orders of guests": "SELECT count(*) FROM orders WHERE customer_id IS NULL",
    "orders of erased customers": "SELECT count(*) FROM orders WHERE customer_id NOT IN (SELECT id FROM customers)",
    "customers without orders": """
        SELECT count(*) FROM customers AS c WHERE NOT EXISTS (SELECT 1 FROM orders WHERE customer_id = c.id)""",
    "orders without lines": "SELECT count(*) FROM orders WHERE id NOT IN (SELECT order_id FROM order_lines)",
    "orders without a channel": "SELECT count(*) FROM orders WHERE channel_code IS NULL",
    "orders carried home": "SELECT count(*) FROM orders WHERE shipping_address_id IS NULL",
    "orders to an address that is gone": """
        SELECT count(*) FROM orders WHERE shipping_address_id NOT IN (SELECT id FROM addresses)""",
    "orders billed elsewhere": "SELECT count(*) FROM orders WHERE shipping_address_id <> billing_address_id",
    "cancelled orders": "SELECT count(*) FROM orders WHERE status = 'cancelled'",
    "lines of quantity zero": "SELECT count(*) FROM order_lines WHERE quantity = 0",
    "lines without a product": "SELECT count(*) FROM order_lines WHERE product_id IS NULL",
    "lines of a product that is gone": """
        SELECT count(*) FROM order_lines WHERE product_id NOT IN (SELECT id FROM products)""",
    "lines returned twice": """
        SELECT count(*) - count(DISTINCT order_id || ' ' || line_no) FROM returns WHERE order_id IS NOT NULL""",
    "returns without a receipt": "SELECT count(*) FROM returns WHERE order_id IS NULL AND product_id IS NOT NULL",
    "returns of archived orders": "SELECT count(*) FROM returns WHERE order_id NOT IN (SELECT id FROM orders)",
    "returns without a refund": "SELECT count(*) FROM returns WHERE refund_cents = 0",
    "refunds without goods": "SELECT count(*) FROM returns WHERE quantity = 0",
    "returns without a reason": "SELECT count(*) FROM returns WHERE reason IS NULL",
    "returns past the calendar": "SELECT count(*) FROM returns WHERE returned_on NOT IN (SELECT day FROM calendar)",
    "orders in two shipments": """
        SELECT count(*) FROM (SELECT 1 FROM shipments GROUP BY order_id HAVING count(*) > 1)""",
    "parcels that never arrived": "SELECT count(*) FROM shipments WHERE delivered_on IS NULL",
    "products on no shelf": "SELECT count(*) FROM products WHERE category_id IS NULL",
    "products of a supplier who is gone": """
        SELECT count(*) FROM products WHERE supplier_id NOT IN (SELECT id FROM suppliers)""",
    "discontinued products": "SELECT count(*) FROM products WHERE discontinued_on IS NOT NULL",
    "products that never sold": """
        SELECT count(*) FROM products AS p WHERE NOT EXISTS (SELECT 1 FROM order_lines WHERE product_id = p.id)""",
    "shelves without products": """
        SELECT count(*) FROM categories AS c
        WHERE parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM products WHERE category_id = c.id)""",
    "suppliers without products": """
        SELECT count(*) FROM suppliers AS s WHERE NOT EXISTS (SELECT 1 FROM products WHERE supplier_id = s.id)""",
    "addresses in an unknown country": """
        SELECT count(*) FROM addresses WHERE country_code NOT IN (SELECT code FROM countries)""",
    "countries without addresses": """
        SELECT count(*) FROM countries WHERE code NOT IN (SELECT country_code FROM addresses)""",
    "customers sent by an erased one": """
        SELECT count(*) FROM customers WHERE referred_by NOT IN (SELECT id FROM customers)""",
    "customers who did not say about the newsletter": "SELECT count(*) FROM customers WHERE newsletter IS NULL",
    "channels without orders in 2025": """
        SELECT count(*) FROM channels WHERE code NOT IN
        (SELECT channel_code FROM orders WHERE channel_code IS NOT NULL AND ordered_on >= '2025-01-01')""",
    "campaigns without orders": """
        SELECT count(*) FROM campaigns AS c
        WHERE NOT EXISTS (SELECT 1 FROM orders WHERE ordered_on >= c."from" AND ordered_on < c."to")""",
}  # fmt: skip


@pytest.mark.parametrize("reality", AWKWARD)
def test_the_data_has(shop, reality):
    assert number(shop, AWKWARD[reality]) > 0


def test_no_line_is_sold_before_its_product_came_or_after_it_went(shop):
    outside = """
        SELECT count(*)
        FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id JOIN products AS p ON p.id = l.product_id
        WHERE o.ordered_on < p.introduced_on OR substr(o.ordered_on, 1, 7) > substr(p.discontinued_on, 1, 7)
    """
    assert number(shop, outside) == 0


def test_nobody_orders_before_they_joined(shop):
    early = """
        SELECT count(*) FROM orders AS o JOIN customers AS c ON c.id = o.customer_id WHERE o.ordered_on < c.joined_on
    """
    assert number(shop, early) == 0


def test_nothing_comes_back_that_was_not_bought(shop):
    too_many = """
        SELECT count(*) FROM
          (SELECT order_id, line_no, sum(quantity) AS back, sum(refund_cents) AS refund FROM returns GROUP BY 1, 2) AS r
        JOIN order_lines AS l ON l.order_id = r.order_id AND l.line_no = r.line_no
        WHERE r.back > l.quantity OR r.refund > l.quantity * l.unit_price_cents - l.discount_cents
    """
    assert number(shop, too_many) == 0


def test_no_two_campaigns_overlap(shop):
    overlaps = """
        SELECT count(*)
        FROM campaigns AS a JOIN campaigns AS b ON a.id < b.id AND a."from" < b."to" AND b."from" < a."to"
    """
    assert number(shop, overlaps) == 0
