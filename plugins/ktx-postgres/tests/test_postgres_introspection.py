"""What is there, as the server's catalogue has it."""

from __future__ import annotations

import time

import pytest

from ktx_runtime.api import IntrospectedTable, OperationRefused, TableScope

SHOP = """
CREATE SCHEMA sales; CREATE SCHEMA "Odd ""S"" x";
CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS numeric(10,2) NOT NULL CHECK (VALUE > 0);
CREATE DOMAIN small_positive AS positive CHECK (VALUE < 10);
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(40) NOT NULL, born date,
  boss bigint REFERENCES customers (id));
COMMENT ON TABLE customers IS 'who buys'; COMMENT ON COLUMN customers.name IS 'as they wrote it: "é"';
CREATE TABLE sales.orders (id serial PRIMARY KEY, billed_to bigint CONSTRAINT billed REFERENCES public.customers,
  shipped_to bigint REFERENCES customers (id), price positive, small small_positive, feel mood, twin pair, tags text[],
  net numeric(12,2) GENERATED ALWAYS AS (price * 2) STORED, at timestamp(3) with time zone, gone int);
ALTER TABLE sales.orders DROP COLUMN gone;
CREATE TABLE sales.lines (order_id int, line int, PRIMARY KEY (order_id, line));
CREATE TABLE sales.notes (line int, order_id int, note text, FOREIGN KEY (order_id, line) REFERENCES sales.lines);
CREATE VIEW sales.large AS SELECT id, price FROM sales.orders WHERE price > 10;
COMMENT ON VIEW sales.large IS 'big ones';
CREATE MATERIALIZED VIEW sales.daily AS SELECT date_trunc('day', at) AS day, count(*) AS n FROM sales.orders GROUP BY 1;
CREATE TABLE sales.events (id int, at date NOT NULL, customer bigint REFERENCES customers,
  PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE sales.events_2025 PARTITION OF sales.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE sales.seen (event int, at date, FOREIGN KEY (event, at) REFERENCES sales.events);
CREATE TABLE sales.customers (id int); CREATE TABLE sales.nothing ();
CREATE TABLE "Odd ""S"" x"."a.b; DROP" ("select" int, "É ü" text, "x""y" int);
CREATE TABLE chicken (id int PRIMARY KEY, egg int);
CREATE TABLE egg (id int PRIMARY KEY, chicken int REFERENCES chicken);
ALTER TABLE chicken ADD FOREIGN KEY (egg) REFERENCES egg;
CREATE EXTENSION IF NOT EXISTS file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE sales.imported (a int) SERVER files OPTIONS (filename '/dev/null');
"""


def describe(database, *schemas: str, scope=None, **settings: str) -> dict[str, IntrospectedTable]:
    with database.open(**settings) as session:
        tables = session.introspect(schemas=schemas or ("public",), table_scope=scope, timeout_seconds=60)
    return {f"{table.db}.{table.name}": table for table in tables}


@pytest.fixture
def shop(database):
    without_foreign = SHOP.replace(
        "CREATE EXTENSION IF NOT EXISTS file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;", ""
    )
    statements = without_foreign if not has_file_wrapper(database) else SHOP
    for statement in statements.split(";\n"):
        if statement.strip() and ("FOREIGN TABLE" not in statement or statements is SHOP):
            database.run(statement)
    return database


def has_file_wrapper(database) -> bool:
    return bool(database.value("SELECT count(*) FROM pg_available_extensions WHERE name = 'file_fdw'"))


def test_tables_views_and_partitioned_tables_are_told_once_sorted(shop) -> None:
    found = describe(shop, "sales", "public")
    kinds = {name: table.kind for name, table in found.items() if name != "sales.imported"}
    assert kinds == {
        "public.chicken": "table",
        "public.customers": "table",
        "public.egg": "table",
        "sales.customers": "table",
        "sales.daily": "view",
        "sales.events": "table",
        "sales.large": "view",
        "sales.lines": "table",
        "sales.notes": "table",
        "sales.nothing": "table",
        "sales.orders": "table",
        "sales.seen": "table",
    }
    assert list(found) == sorted(found)
    assert ("sales.imported" in found) == has_file_wrapper(shop)
    assert found["sales.nothing"].columns == ()


def test_columns_are_spelled_as_the_server_spells_them(shop) -> None:
    orders = describe(shop, "sales")["sales.orders"]
    assert [(column.name, column.type, column.nullable, column.primary_key) for column in orders.columns] == [
        ("id", "integer", False, True),
        ("billed_to", "bigint", True, False),
        ("shipped_to", "bigint", True, False),
        ("price", "numeric(10,2)", False, False),
        ("small", "numeric(10,2)", False, False),
        ("feel", "mood", True, False),
        ("twin", "pair", True, False),
        ("tags", "text[]", True, False),
        ("net", "numeric(12,2)", True, False),
        ("at", "timestamp(3) with time zone", True, False),
    ]


def test_types_are_spelled_alike_whatever_the_search_path(shop) -> None:
    assert describe(shop, "sales", search_path="sales") == describe(shop, "sales")


def test_comments_are_told(shop) -> None:
    customers = describe(shop)["public.customers"]
    assert customers.comment == "who buys"
    assert {column.name: column.comment for column in customers.columns}["name"] == 'as they wrote it: "é"'
    assert describe(shop, "sales")["sales.large"].comment == "big ones"


def keys(table: IntrospectedTable) -> list[tuple[str, str | None, str, str]]:
    return [(key.from_column, key.to_db, key.to_table, key.to_column) for key in table.foreign_keys]


def test_foreign_keys_reach_over_schemas_and_name_their_constraint(shop) -> None:
    found = describe(shop, "sales", "public")
    assert keys(found["sales.orders"]) == [
        ("billed_to", "public", "customers", "id"),
        ("shipped_to", "public", "customers", "id"),
    ]
    assert found["sales.orders"].foreign_keys[0].constraint_name == "billed"
    assert keys(found["public.customers"]) == [("boss", "public", "customers", "id")]
    assert keys(found["public.egg"]) == [("chicken", "public", "chicken", "id")]
    assert keys(found["public.chicken"]) == [("egg", "public", "egg", "id")]


def test_a_composite_key_is_told_pair_by_pair_in_its_own_order(shop) -> None:
    found = describe(shop, "sales")
    assert keys(found["sales.notes"]) == [
        ("order_id", "sales", "lines", "order_id"),
        ("line", "sales", "lines", "line"),
    ]
    assert [column.name for column in found["sales.lines"].columns if column.primary_key] == ["order_id", "line"]


def test_keys_to_and_from_a_partitioned_table_are_told_once(shop) -> None:
    found = describe(shop, "sales")
    assert keys(found["sales.events"]) == [("customer", "public", "customers", "id")]
    assert keys(found["sales.seen"]) == [("event", "sales", "events", "id"), ("at", "sales", "events", "at")]


def test_any_name_can_be_asked_for(shop) -> None:
    (table,) = describe(shop, 'Odd "S" x').values()
    assert (table.db, table.name) == ('Odd "S" x', "a.b; DROP")
    assert [column.name for column in table.columns] == ["select", "É ü", 'x"y']
    assert describe(shop, "x'; DROP SCHEMA sales; --") == {}


def test_a_scope_is_obeyed_part_by_part(shop) -> None:
    both = ("sales", "public")
    assert list(describe(shop, *both, scope=[TableScope(name="customers")])) == ["public.customers", "sales.customers"]
    assert list(describe(shop, *both, scope=[TableScope(name="customers", db="sales")])) == ["sales.customers"]
    assert list(describe(shop, *both, scope=[TableScope(name="orders", catalog=shop.name)])) == ["sales.orders"]
    assert describe(shop, *both, scope=[TableScope(name="orders", catalog="other")]) == {}
    assert describe(shop, *both, scope=[TableScope(name="ORDERS")]) == {}
    assert describe(shop, *both, scope=[]) == {}


def test_what_may_not_be_read_is_left_out(shop) -> None:
    shop.run(
        "GRANT USAGE ON SCHEMA sales TO app",
        "GRANT SELECT ON sales.orders TO app",
        "GRANT SELECT (order_id, note) ON sales.notes TO app",
    )
    found = describe(shop, "sales", "public", user="app")
    assert list(found) == ["sales.notes", "sales.orders"]
    assert [column.name for column in found["sales.notes"].columns] == ["order_id", "note"]
    assert keys(found["sales.notes"]) == [("order_id", "sales", "lines", "order_id")]


def test_a_table_of_the_users_stands_before_no_table_of_the_systems(shop) -> None:
    shop.run(
        "CREATE SCHEMA evil",
        "CREATE TABLE evil.pg_class (oid oid)",
        "ALTER ROLE app SET search_path = evil, pg_catalog",
    )
    try:
        shop.run("GRANT SELECT ON customers TO app")
        assert list(describe(shop, user="app", search_path="evil, pg_catalog")) == ["public.customers"]
    finally:
        shop.run("ALTER ROLE app RESET ALL")


def test_a_catalogue_that_takes_too_long_is_refused(shop) -> None:
    with shop.open() as session, pytest.raises(OperationRefused) as caught:
        session.introspect(schemas=["pg_catalog", "sales"], table_scope=None, timeout_seconds=0.001)
    assert caught.value.code == "query-timeout"


@pytest.mark.deep
def test_five_thousand_tables_are_described_in_processor_seconds(database) -> None:
    database.run(
        """
        DO $$ BEGIN
          FOR i IN 1..5000 LOOP
            EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, parent int, a text, b numeric, c date)', i);
            IF i % 100 = 0 THEN COMMIT; END IF;
          END LOOP;
        END $$
        """
    )
    began = time.process_time()
    assert len(describe(database)) == 5000
    assert time.process_time() - began < 30
