"""Every code: the smallest model that shows it, and one that nearly does and is fine."""

import pytest

from semantic_layer.validation import CODES, ValidationReport, validate_sources
from tests.validation.models import (
    CUSTOMERS,
    ORDERS,
    Case,
    Source,
    customers,
    join,
    of_column,
    of_join,
    of_measure,
    of_orders,
    of_segment,
    orders,
    source,
)

SHAPE = (
    of_orders("unknown-key", "colums", {"colums": []}, {"tags": ["x"]}),
    of_join("unknown-key", "joins[0].aliass", {"aliass": "x"}, {"alias": "buyer"}),
    of_orders("missing-key", "segments[0].expr", {"segments": [{"name": "s"}]}, {"segments": []}),
    of_orders("invalid-value", "grain", {"grain": []}, {"grain": ["id"]}),
    of_orders("table-xor-sql", "", {"sql": "select 1"}, {"description": "a table"}),
    of_orders(
        "unknown-type",
        "columns[0].type",
        {"columns": [{"name": "id", "type": "integer"}]},
        {"columns": [*ORDERS["columns"], {"name": "x", "type": "number"}]},
    ),
    of_orders(
        "unknown-visibility",
        "columns[0].visibility",
        {"columns": [{"name": "id", "visibility": "private"}]},
        {"columns": [*ORDERS["columns"], {"name": "x", "visibility": "hidden"}]},
    ),
    of_orders(
        "unknown-role",
        "columns[0].role",
        {"columns": [{"name": "id", "role": "date"}]},
        {"columns": [*ORDERS["columns"], {"name": "x", "role": "time"}]},
    ),
    of_orders(
        "unknown-granularity",
        "columns[0].natural_granularity",
        {"columns": [{"name": "id", "natural_granularity": "dayy"}]},
        {"columns": [*ORDERS["columns"], {"name": "x", "natural_granularity": "day"}]},
    ),
    of_join("unknown-relationship", "joins[0].relationship", {"relationship": "many"}, {"relationship": "many_to_one"}),
)

NAMES = (
    Case("duplicate-source", "orders.name", (ORDERS, CUSTOMERS, ORDERS), (ORDERS, CUSTOMERS)),
    of_orders(
        "duplicate-column",
        "columns[7].name",
        {"columns": [*ORDERS["columns"], {"name": "note"}]},
        {"columns": [*ORDERS["columns"], {"name": "notes"}]},
    ),
    of_orders(
        "duplicate-measure",
        "measures[1].name",
        {"measures": [{"name": "revenue", "expr": "sum(amount)"}, {"name": "revenue", "expr": "max(amount)"}]},
        {"measures": [{"name": "amount", "expr": "sum(amount)"}, {"name": "largest", "expr": "max(amount)"}]},
    ),
    of_orders(
        "duplicate-segment",
        "segments[1].name",
        {"segments": [{"name": "s", "expr": "paid"}, {"name": "s", "expr": "not paid"}]},
        {"segments": [{"name": "s", "expr": "paid"}, {"name": "t", "expr": "not paid"}]},
    ),
    Case(
        "alias-clash",
        "orders.joins[0].alias",
        (
            orders(joins=[join("customers", "customer_id = stores.id", alias="stores")]),
            customers(joins=[join("stores", "country = stores.id")]),
            source("stores", "id", "country"),
        ),
        (
            orders(joins=[join("customers", "customer_id = buyers.id", alias="buyers")]),
            customers(joins=[join("stores", "country = stores.id")]),
            source("stores", "id", "country"),
        ),
    ),
    Case(
        "alias-clash",
        "customers.joins[0].alias",
        (
            orders(joins=[join("customers", "customer_id = who.id", alias="who")]),
            customers(joins=[join("stores", "country = who.id", alias="who")]),
            source("stores", "id"),
        ),
        (
            orders(joins=[join("customers", "customer_id = who.id", alias="who")]),
            customers(joins=[join("stores", "country = place.id", alias="place")]),
            source("stores", "id"),
        ),
    ),
    of_measure("same-measure-twice", "sum((amount))", "sum(amount) + 1", place=""),
    of_measure("same-measure-twice", {"expr": "COUNT( id )"}, {"expr": "count(id)", "filter": "paid"}, place=""),
)

SQL = (
    Case(
        "not-a-query",
        "daily.sql",
        (source("daily", "day", sql="delete from orders"),),
        (source("daily", "day", sql="select day from orders"),),
    ),
    Case(
        "several-statements",
        "daily.sql",
        (source("daily", "day", sql="select 1 as day; select 2 as day"),),
        (source("daily", "day", sql="select 1 as day;"),),
    ),
    Case(
        "syntax-error",
        "daily.sql",
        (source("daily", "day", sql="select day from ("),),
        (source("daily", "day", sql="with recursive t(day) as (select 1 union all select 2) select day from t"),),
    ),
    of_orders("unknown-grain-column", "grain[1]", {"grain": ["id", "line"]}, {"grain": ["ID", "note"]}),
    Case(
        "column-not-projected",
        "daily.columns[1].name",
        (source("daily", "day", "total", sql="select day, sum(x) as totl from t group by day"),),
        (source("daily", "day", "total", sql="select *, 1 as x from t"),),
    ),
    Case(
        "column-not-projected",
        "daily.grain[0]",
        (source("daily", "day", columns=[], sql="select month from t"),),
        (source("daily", "day", columns=[], sql='select "DAY" from t'),),
    ),
    of_orders(
        "unknown-time-dimension",
        "default_time_dimension.dbt",
        {"default_time_dimension": {"dbt": "orderd_at"}},
        {"default_time_dimension": {"dbt": "ordered_at"}},
    ),
    of_orders(
        "time-dimension-type",
        "default_time_dimension.dbt",
        {"default_time_dimension": {"dbt": "status"}},
        {"default_time_dimension": {"dbt": "note"}},
    ),
)

JOINS = (
    Case(
        "unknown-join-target",
        "orders.joins[1].to",
        (orders(joins=[*ORDERS["joins"], join("custmers", "customer_id = custmers.id")]), CUSTOMERS),
        (orders(joins=[*ORDERS["joins"]]), CUSTOMERS),
    ),
    Case(
        "self-join-without-alias",
        "people.joins[0].to",
        (source("people", "id", "boss", joins=[join("people", "boss = people.id")]),),
        (source("people", "id", "boss", joins=[join("people", "boss = bosses.id", alias="bosses")]),),
    ),
    Case(
        "ambiguous-join",
        "orders.joins[1]",
        (orders(joins=[*ORDERS["joins"], join("customers", "note = customers.id")]), CUSTOMERS),
        (orders(joins=[*ORDERS["joins"], join("customers", "note = payer.id", alias="payer")]), CUSTOMERS),
    ),
    of_join("one-sided-join", "joins[0].on", {"on": "customer_id = id"}, {"on": "customers.id = customer_id"}),
    of_join("one-sided-join", "joins[0].on", {"on": "1 = 1"}, {"on": "1 = 1 and customers.id = customer_id"}),
    of_join("one-sided-join", "joins[0].on", {"on": "customers.id > 0"}, {"on": "customers.id > id"}),
    of_join(
        "unknown-column",
        "joins[0].on:1:15",
        {"on": "customer_id = customers.idd"},
        {"on": "orders.customer_id = customers.id"},
    ),
    of_join(
        "unknown-column", "joins[0].on:1:1", {"on": "custmer_id = customers.id"}, {"on": "customer_id = customers.ID"}
    ),
    of_join(
        "syntax-error",
        "joins[0].on:1:15",
        {"on": "customer_id = = customers.id"},
        {"on": "(customer_id = customers.id)"},
    ),
    of_join("not-boolean", "joins[0].on", {"on": "customer_id + customers.id"}, {"on": "customer_id <= customers.id"}),
    of_join(
        "aggregate-not-allowed",
        "joins[0].on",
        {"on": "max(customer_id) = customers.id"},
        {"on": "abs(customer_id) = customers.id"},
    ),
    Case(
        "join-types-differ",
        "orders.joins[0].on",
        (ORDERS, customers(columns=[{"name": "id", "type": "string"}])),
        (ORDERS, customers(columns=[{"name": "id"}])),
    ),
    Case(
        "disconnected-sources",
        "weather",
        (ORDERS, CUSTOMERS, source("weather", "day")),
        (ORDERS, CUSTOMERS, source("weather", "day", joins=[join("orders", "day = orders.ordered_at", "one_to_many")])),
    ),
)

RELATIONSHIPS = (
    Case(  # an order has several lines: `order_id` alone picks none of them
        "relationship-contradicts-grain",
        "shipments.joins[0].relationship",
        (
            source("shipments", "id", "order_id", joins=[join("lines", "order_id = lines.order_id")]),
            source("lines", "order_id", "line", grain=["order_id", "line"]),
        ),
        (
            source(
                "shipments",
                "id",
                "order_id",
                joins=[join("lines", "order_id = lines.order_id", "one_to_many")],
                grain=["order_id"],
            ),
            source("lines", "order_id", "line", grain=["order_id", "line"]),
        ),
    ),
    of_join(  # the wrong way round
        "relationship-contradicts-grain",
        "joins[0].relationship",
        {"relationship": "one_to_many"},
        {"relationship": "many_to_one"},
    ),
    of_join(  # both sides would have to be unique
        "relationship-contradicts-grain",
        "joins[0].relationship",
        {"relationship": "one_to_one"},
        {"relationship": "one_to_one", "on": "orders.id = customers.id"},
    ),
    Case(  # a range picks one of several rows: not judged
        "relationship-contradicts-grain",
        "sales.joins[0].relationship",
        (
            source("sales", "id", "sku", "sold_at", joins=[join("prices", "sku = prices.sku")]),
            source("prices", "sku", "valid_from", "valid_to", grain=["sku", "valid_from"]),
        ),
        (
            source(
                "sales",
                "id",
                "sku",
                "sold_at",
                joins=[
                    join("prices", "sku = prices.sku and sold_at >= prices.valid_from and sold_at < prices.valid_to")
                ],
            ),
            source("prices", "sku", "valid_from", "valid_to", grain=["sku", "valid_from"]),
        ),
    ),
    Case(
        "relationship-not-proven",
        "orders.joins[0].relationship",
        (orders(joins=[join("customers", "note = customers.country")]), CUSTOMERS),
        (
            orders(joins=[join("customers", "note = customers.country")]),
            customers(columns=[{"name": "id"}, {"name": "country", "constraints": {"dbt": {"unique": True}}}]),
        ),
    ),
)

MISSING_JOINS = (
    Case(
        "join-missing",
        "daily.joins",
        (CUSTOMERS, source("daily", "customer_id", "n", sql="select customer_id, count(*) as n from t group by 1")),
        (
            CUSTOMERS,
            source(
                "daily",
                "customer_id",
                "n",
                sql="select customer_id, count(*) as n from t group by 1",
                joins=[join("customers", "customer_id = customers.id")],
            ),
        ),
        also=("disconnected-sources",),
    ),
)

EXPRESSIONS = (
    of_column("syntax-error", "amount +* 2", "amount + 2", at=":1:11"),
    of_column("syntax-error", "amount ++", "- amount"),
    of_column("syntax-error", "'open", "'closed'"),
    of_column("several-statements", "amount; drop table orders", "'amount; drop table orders'", at=":1:7"),
    of_column("unknown-column", "amont * 2", "AMOUNT * 2", at=":1:1"),
    of_column("unknown-column", "amount\n  + amont", "amount\n  + amount -- net", at=":2:5"),
    of_column("foreign-column", "upper(customers.country)", "upper(orders.status)"),
    of_column("unknown-source", "nowhere.amount", "orders.amount"),
    of_column("cyclic-column", "computed + 1", "amount + 1"),
    of_column("window-function", "row_number() over (order by id)", "coalesce(amount, 0)"),
    of_column("aggregate-not-allowed", "max(amount)", "greatest(amount, 0)"),
    of_column("star", "*", "amount * 1"),
    of_column("parameter", ":x + 1", "amount::int + 1"),
    of_column("type-mismatch", "status * 2", "note * 2", at=":1:1"),
    of_column("type-mismatch", "amount - lower(status)", "ordered_at - interval '1 day'", at=":1:16"),
    of_segment("not-boolean", "amount", "amount > 0", at=":1:1"),
    of_segment("not-boolean", "paid and amount + 1", "paid and not (amount + 1 = 2)", at=":1:10"),
    of_segment("not-boolean", "'true'", "true"),
    of_segment("not-boolean", "case when paid then 1 else 0 end", "case when paid then status = 'x' else note end"),
    of_segment("unknown-column", "payed", "customers.country = 'FR' and paid", at=":1:1"),
    of_segment("aggregate-not-allowed", "sum(amount) > 10", "amount > (select avg(amount) from raw_orders)"),
    of_segment("unsupported-syntax", "filter(note, x -> x > 1)", "note in (1, 2)"),
)

MEASURES = (
    of_measure("unknown-column", "sum(amont)", "sum(orders.amount * 2)", place="expr:1:5"),
    of_measure("unknown-measure", "revenu / order_count", "revenue / order_count", place="expr:1:1"),
    of_measure("cyclic-measure", "tested + 1", "revenue + 1"),
    of_measure("no-aggregate", "1 + 1", "1 + count(*)"),
    of_measure("bare-column", "amount", "avg(amount)"),
    of_measure("nested-aggregate", "sum(max(amount))", "sum(amount) / max(amount)"),
    of_measure("nested-aggregate", "sum(revenue)", "revenue + 1"),
    of_measure("window-function", "sum(amount) over ()", "sum(case when paid then amount end)"),
    of_measure("subquery-in-measure", "(select 1)", "count(id) + 1"),
    of_measure("wrong-arguments", "percentile(amount)", "percentile(amount, 0.9)"),
    of_measure("percentile-fraction", "percentile(amount, 90)", "percentile(amount, 1)"),
    of_measure("unsupported-aggregate", "regr_slope(amount, id)", "stddev(amount)"),
    of_measure("type-mismatch", "sum(status)", "min(status)", place="expr:1:5"),
    of_measure("type-mismatch", "avg(ordered_at)", "max(ordered_at)", place="expr:1:5"),
    of_measure("type-mismatch", "median(status)", "count_distinct(status)", place="expr:1:8"),
    of_measure("type-mismatch", "percentile(paid, 0.5)", "count(paid)", place="expr:1:12"),
    of_measure("unknown-segment", {"segments": ["payed"]}, {"segments": ["paid_orders"]}, place="segments[0]"),
    of_measure("not-boolean", {"filter": "status"}, {"filter": "status = 'x'"}, place="filter:1:1"),
    of_measure("unknown-column", {"filter": "payed"}, {"filter": "customers.country = 'FR'"}, place="filter:1:1"),
    of_measure("syntax-error", {"filter": "paid and"}, {"filter": "paid and true"}, place="filter"),
    Case(
        "unreachable-filter",
        "orders.measures[0].filter",
        (
            orders(measures=[{"name": "n", "expr": "count(id)", "filter": "weather.rain"}], joins=[]),
            source("weather", "day", "rain"),
        ),
        (
            orders(
                measures=[{"name": "n", "expr": "count(id)", "filter": "weather.rain"}],
                joins=[join("weather", "ordered_at = weather.day")],
            ),
            source("weather", "day", "rain"),
        ),
        also=("disconnected-sources",),
    ),
    Case(
        "fan-out",
        "customers.measures[0].expr",
        (ORDERS, customers(measures=[{"name": "n", "expr": "sum(orders.amount)"}])),
        (orders(measures=[{"name": "n", "expr": "max(customers.country)"}]), CUSTOMERS),
    ),
    Case(
        "ambiguous-path",
        "orders.measures[0].filter",
        (
            orders(
                measures=[{"name": "n", "expr": "count(id)", "filter": "countries.big"}],
                joins=[*ORDERS["joins"], join("stores", "note = stores.id")],
            ),
            customers(joins=[join("countries", "country = countries.code")]),
            source("stores", "id", "country", joins=[join("countries", "country = countries.code")]),
            source("countries", "code", "big"),
        ),
        (
            orders(
                measures=[{"name": "n", "expr": "count(id)", "filter": "homes.big"}],
                joins=[*ORDERS["joins"], join("stores", "note = stores.id")],
            ),
            customers(joins=[join("countries", "country = homes.code", alias="homes")]),
            source("stores", "id", "country", joins=[join("countries", "country = countries.code")]),
            source("countries", "code", "big"),
        ),
    ),
)

DETAILS = (
    source("lines", "id", "order_id", "amount", joins=[join("orders", "order_id = orders.id")]),
    source("returns", "id", "order_id", "amount", joins=[join("orders", "order_id = orders.id")]),
)


def of_details(filter_: str) -> tuple[Source, ...]:
    measures = [{"name": "n", "expr": "count(id)", "filter": filter_}]
    return (orders(measures=measures), CUSTOMERS, *DETAILS)


def rows_as_array() -> tuple[Source, ...]:
    return (orders(measures=[{"name": "all_notes", "expr": "array_agg(note)"}]), CUSTOMERS)


COMPILING = (
    of_orders("invalid-table", "table", {"table": "a.b.c.orders"}, {"table": 'b.c."orders.2024"'}),
    of_orders("invalid-table", "table", {"table": '"orders'}, {"table": '"orders"'}),
    Case(
        "filter-too-complex",
        "orders.measures[0].expr",
        of_details("lines.amount > returns.amount"),
        of_details("lines.amount > 1 and returns.amount > 1"),
    ),
    Case(
        "unsupported-in-dialect",
        "orders.measures[0].expr",
        rows_as_array(),
        (orders(measures=[{"name": "all_notes", "expr": "count_distinct(note)"}]), CUSTOMERS),
        dialect="mysql",
    ),
)

SELDOM = (
    of_column("empty-expression", "  ", "null"),
    of_column("expression-too-deep", f"{'(' * 5000}amount{')' * 5000}", f"{'(' * 20}amount{')' * 20}"),
    of_column("expression-too-deep", " + ".join(["amount"] * 500), " + ".join(["amount"] * 300)),
    of_column("expression-too-long", f"amount + {'1 + ' * 30_000} 1", "amount + 1"),
)

CASES = (
    *SHAPE,
    *NAMES,
    *SQL,
    *JOINS,
    *RELATIONSHIPS,
    *MISSING_JOINS,
    *EXPRESSIONS,
    *MEASURES,
    *COMPILING,
    *SELDOM,
)


def found(report: ValidationReport) -> list[tuple[str, str]]:
    """Code and place of every finding."""
    result = []
    for diagnostic in report.diagnostics:
        place = ".".join(part for part in (diagnostic.source, diagnostic.path) if part)
        if diagnostic.line is not None:
            place += f":{diagnostic.line}:{diagnostic.column}"
        result.append((diagnostic.code, place))
    return result


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} at {case.place}")
def test_a_finding_is_made_at_its_place_and_no_other_is(case: Case) -> None:
    codes = [
        finding for finding in found(validate_sources(case.wrong, dialect=case.dialect)) if finding[0] not in case.also
    ]
    place = case.place.removesuffix(".")
    assert [(code, at if ":" in place else at.partition(":")[0]) for code, at in codes] == [(case.code, place)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} at {case.place}")
def test_what_nearly_shows_it_is_fine(case: Case) -> None:
    assert found(validate_sources(case.fine, dialect=case.dialect)) == []


def test_the_model_of_these_tests_has_no_findings() -> None:
    assert found(validate_sources([ORDERS, CUSTOMERS])) == []


def test_every_code_has_a_case() -> None:
    assert set(CODES) == {case.code for case in CASES}
