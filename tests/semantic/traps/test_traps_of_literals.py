"""Known traps: literals beside columns of another type, which engines convert one way or the other, or not at all."""

from __future__ import annotations

import pytest
from asking import Ask, measures, refusal, source, world
from engines import Engine, table

THINGS = table(
    "things",
    "id:integer flag:boolean code:string price:decimal made:timestamp",
    (1, True, "007", "5.00", "2024-01-01 00:00:00"),
    (2, False, "7", "10.00", "2024-01-31 12:30:00"),
    (3, None, None, None, None),
    (4, True, "true", "100.00", "2024-02-01 00:00:00"),
)
MODEL = world(
    THINGS,
    source(
        THINGS,
        columns=[{"name": "dear", "type": "boolean", "expr": "price > '7'"}],
        segments=[{"name": "on", "expr": "flag = 'yes'"}],
        measures=measures(
            n="count(*)",
            total="sum(price)",
            lit={"expr": "count(*)", "filter": "flag = 'true'"},
            dark="sum(case flag when 'f' then 1 end)",
            last="max(made)",
        ),
    ),
)
MEANS = {
    "flag = 'true'": [1, 4],
    "flag = 'TRUE '": [1, 4],
    "flag = 't'": [1, 4],
    "flag = '1'": [1, 4],
    "flag = 1": [1, 4],
    "flag <> 'true'": [2],
    "not flag = 'true'": [2],
    "flag in ('true')": [1, 4],
    "flag in ('yes', 'no')": [1, 2, 4],
    "flag not in ('false')": [1, 4],
    "flag = 0 or flag is null": [2, 3],
    "'false' = flag": [2],
    "coalesce(flag, false) = 'false'": [2, 3],
    "price > '7'": [2, 4],
    "price * 2 > '15'": [2, 4],
    "price in ('5', '100')": [1, 4],
    "price = '-0'": [],
    "dear": [2, 4],
    "dear = 'true'": [2, 4],
    "id = true": [1],
    "made = '2024-01-01'": [1],
    "made >= '2024-01-31T12:30:00'": [2, 4],
    "made > '2024-01-31T12:30:00'": [4],
    "made between '2024-01-01' and '2024-01-31'": [1],
    "made in ('2024-01-01', '2024-02-01 00:00')": [1, 4],
    "made is null": [3],
    "cast(made as date) = '2024-01-31'": [2],
    "exists (select 1 from things t where t.flag = 'true' and t.id = things.id and t.made < '2024-01-31')": [1],
}


@pytest.mark.parametrize("condition", MEANS)
def test_a_literal_is_of_the_type_of_the_column_beside_it(ask_sql: Ask, condition: str) -> None:
    if ask_sql.engine.dialect == "clickhouse" and ("T12" in condition or " 00:00'" in condition or "cast" in condition):
        pytest.skip("ClickHouse reads times in its own form only (optional engine)")
    found = ask_sql(MODEL, [], ["things.id"], filters=[condition], order_by=["things.id"])
    found.gives(*[(number,) for number in MEANS[condition]])


def test_a_literal_in_a_measure_is_of_the_type_of_the_column_beside_it(ask_sql: Ask) -> None:
    ask_sql(MODEL, ["things.lit", "things.dark"]).gives((2, 1))
    ask_sql(MODEL, ["things.n"], segments=["things.on"]).gives((2,))


def test_a_literal_beside_a_measure_is_of_its_type(ask_sql: Ask) -> None:
    ask_sql(MODEL, ["things.n"], ["things.flag"], filters=["things.total > '50'"]).gives((True, 2))
    ask_sql(MODEL, ["things.n"], ["things.flag"], filters=["things.last = '2024-02-01'"]).gives((True, 2))
    ask_sql(MODEL, ["things.n"], ["things.flag"], filters=["things.n > '1'"]).gives((True, 2))


@pytest.mark.parametrize("dialect", ["sqlite", "mysql", "postgres", "tsql", "bigquery", "clickhouse"])
@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("things.flag = 'maybe'", ("things.flag", "boolean", "'maybe'")),
        ("things.flag = 2", ("boolean", "2")),
        ("things.flag in ('true', 'perhaps')", ("'perhaps'",)),
        ("things.code = 7", ("things.code", "string", "'7'")),
        ("lower(things.code) = 7", ("string", "'7'")),
        ("things.code in (1, 2)", ("string",)),
        ("things.price > 'high'", ("number", "'high'")),
        ("things.total > 'high'", ("number", "'high'")),
        ("things.made > 20240101", ("time", "2024-12-31")),
        ("case things.flag when 'maybe' then true end", ("'maybe'",)),
    ],
)
def test_a_literal_that_is_none_of_the_type_is_refused(dialect: str, condition: str, words: tuple[str, ...]) -> None:
    assert refusal(MODEL, ["things.n"], filters=[condition], dialect=dialect).names(*words).code == "type-mismatch"


@pytest.mark.parametrize(
    ("dialect", "text"), [("sqlite", "yesterday"), ("mysql", "now"), ("mysql", "2024-01-01T00:00Z")]
)
def test_a_text_that_the_engine_takes_for_no_time_is_refused(dialect: str, text: str) -> None:
    refused = refusal(MODEL, ["things.n"], filters=[f"things.made > '{text}'"], dialect=dialect)
    assert refused.names(text).code == "type-mismatch"


STAMPS = table(
    "stamps",
    "id:integer at:string until:string",
    (1, "2024-01-01T00:30:00+02:00", "2024-01-01 00:00:00"),  # 2023-12-31 22:30 UTC
    (2, "2023-12-31 22:30:00", "2023-12-31"),
    (3, "2023-12-31T22:30:00.250Z", "2023-12-31T23:00:00Z"),
    (4, "2024-01-01", "2023-12-31 23:00-02:00"),
    (5, "2023-12-31 20:00-05:00", None),  # 2024-01-01 01:00 UTC
    (6, None, "2024-01-01"),
)
TIMES = [{"name": "at", "type": "time"}, {"name": "until", "type": "time"}]


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("at < '2024-01-01'", [1, 2, 3]),
        ("at >= '2024-01-01'", [4, 5]),
        ("at = '2023-12-31 22:30'", [1, 2]),
        ("at = '2024-01-01T00:30:00+02:00'", [1, 2]),
        ("at <> '2023-12-31T22:30:00Z'", [3, 4, 5]),
        ("at in ('2023-12-31T22:30:00', '2024-01-01T01:00:00')", [1, 2, 5]),
        ("at between '2023-12-31 22:30:00' and '2023-12-31 22:30:00.250'", [1, 2, 3]),
        ("at < until", [1, 3, 4]),
        ("at is null", [6]),
    ],
)
def test_times_that_sqlite_keeps_as_texts_compare_as_moments(
    sqlite_engine: Engine, condition: str, ids: list[int]
) -> None:
    ask = Ask(sqlite_engine)
    model = world(STAMPS, source(STAMPS, columns=TIMES, measures=measures(n="count(*)")))
    ask(model, [], ["stamps.id"], filters=[condition]).gives(*[(number,) for number in ids])


def test_a_granularity_and_a_comparison_mean_the_same_moment_on_sqlite(sqlite_engine: Engine) -> None:
    ask = Ask(sqlite_engine)
    model = world(STAMPS, source(STAMPS, columns=TIMES, measures=measures(n="count(*)")))
    year = [{"field": "stamps.at", "granularity": "year"}]
    ask(model, ["stamps.n"], year).gives(("2023-01-01", 3), ("2024-01-01", 2), (None, 1))
    ask(model, ["stamps.n"], year, filters=["stamps.at < '2024-01-01'"]).gives(("2023-01-01", 3))


def test_validity_ranges_that_sqlite_keeps_as_texts_join_by_moments(sqlite_engine: Engine) -> None:
    """A day as the beginning of a range is its midnight, whether or not the text says so."""
    prices = table("prices", "id:integer since:string until:string", (1, "2024-01-01 00:00:00", "2024-02-01T00:00:00Z"))
    sales = table("sales", "id:integer at:string", (1, "2024-01-01"), (2, "2024-02-01"), (3, "2024-01-31T23:59:59"))
    on = "prices.since <= at and at < prices.until"
    model = world(
        prices,
        sales,
        source(prices, columns=[{"name": "since", "type": "time"}, {"name": "until", "type": "time"}]),
        source(
            sales,
            columns=[{"name": "at", "type": "time"}],
            joins=[{"to": "prices", "on": on, "relationship": "many_to_one"}],
            measures=measures(n="count(*)"),
        ),
    )
    Ask(sqlite_engine)(model, ["sales.n"], ["prices.id"]).gives((1, 2), (None, 1))


def test_a_time_beside_a_nested_query_compares_as_a_moment(ask_sql: Ask) -> None:
    latest = "things.made = (select max(t.made) from things t)"
    ask_sql(MODEL, [], ["things.id"], filters=[latest]).gives((4,))


def test_aggregates_of_truth_values(ask_sql: Ask) -> None:
    """PostgreSQL has neither a largest nor a sum of them; NULL is neither true nor false."""
    asked = ["max(things.flag)", "min(things.flag)", "max(things.dear)", "sum(things.flag)", "avg(things.flag)"]
    named = [{"expr": text, "name": f"m{number}"} for number, text in enumerate(asked)]
    ask_sql(MODEL, named).gives((True, False, True, 2, 2 / 3))
    ask_sql(MODEL, named, ["things.code"], filters=["things.code is null or things.code = '7'"]).gives(
        ("7", False, False, True, 0, 0), (None, None, None, None, None, None)
    )
    more = ["median(things.flag)", "sum(things.price > 7)", "max(things.price > 7 or things.flag)"]
    ask_sql(MODEL, [{"expr": text, "name": f"m{number}"} for number, text in enumerate(more)]).gives((1, 2, True))


def test_the_first_and_the_last_time_on_sqlite_are_those_of_moments(sqlite_engine: Engine) -> None:
    """The last text of the first group is the one with `T`, two hours before the last moment."""
    visits = table(
        "visits",
        "id:integer place:string at:string",
        (1, "a", "2024-01-01T10:00:00"),
        (2, "a", "2024-01-01 12:00:00"),
        (3, "a", "2024-01-01 11:30:00+02:00"),
        (4, "b", "2024-01-02"),
        (5, "b", "2024-01-01 23:59:59.123456"),
        (6, "b", "2024-01-01 23:59:59.123789"),
        (7, "c", None),
        (8, "d", "in spring"),
        (9, "d", "in autumn"),
    )
    late = {"expr": "max(at)", "filter": "at < '2024-01-02'"}
    model = world(
        visits,
        source(
            visits,
            columns=[{"name": "at", "type": "time"}],
            measures=measures(first="min(at)", last="max(at)", last_before=late),
        ),
    )
    ask = Ask(sqlite_engine)
    ask(model, ["visits.first", "visits.last", "visits.last_before"], ["visits.place"]).gives(
        ("a", "2024-01-01 11:30:00+02:00", "2024-01-01 12:00:00", "2024-01-01 12:00:00"),
        ("b", "2024-01-01 23:59:59.123456", "2024-01-02", "2024-01-01 23:59:59.123789"),
        ("c", None, None, None),
        ("d", "in autumn", "in spring", None),
    )
    after_noon = ask(model, ["visits.last"], ["visits.place"], filters=["visits.last > '2024-01-01T12:30Z'"])
    after_noon.gives(("b", "2024-01-02"))
    rest = {"order_by": [{"field": "visits.at", "direction": "desc"}], "limit": 4}
    ask(model, [], ["visits.id", "visits.at"], filters=["visits.id < 7"], **rest).gives(
        (4, "2024-01-02"),
        (6, "2024-01-01 23:59:59.123789"),
        (5, "2024-01-01 23:59:59.123456"),
        (2, "2024-01-01 12:00:00"),
        ordered=True,
    )
    rest = {"order_by": ["visits.first"], "limit": 1}
    ask(model, ["visits.first"], ["visits.place"], **rest).gives(("a", "2024-01-01 11:30:00+02:00"))


def test_times_that_sqlite_keeps_as_numbers_are_ordered_as_numbers(sqlite_engine: Engine) -> None:
    stamps = table("ticks", "id:integer at:integer", (1, 999999999), (2, 1700000000), (3, 2024))
    columns = [{"name": "at", "type": "time"}]
    model = world(stamps, source(stamps, columns=columns, measures=measures(first="min(at)", last="max(at)")))
    ask = Ask(sqlite_engine)
    ask(model, ["ticks.first", "ticks.last"]).gives((2024, 1700000000))
    ask(model, [], ["ticks.id"], order_by=["ticks.id"]).gives((1,), (2,), (3,))
    ask(model, [], ["ticks.at"], order_by=[{"field": "ticks.at", "direction": "desc"}], limit=2).gives(
        (1700000000,), (999999999,), ordered=True
    )


MOMENTS = table(
    "moments",
    "id:integer at:timestamp",
    (1, "2023-12-31 21:59:59"),
    (2, "2023-12-31 22:00:00"),
    (3, "2023-12-31 23:30:00.25"),
    (4, "2024-01-01 00:00:00"),
    (5, None),
)


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("at >= '2024-01-01T00:00:00+02:00'", [2, 3, 4]),
        ("at >= '2024-01-01T00:00:00Z'", [4]),
        ("at = '2023-12-31 17:30:00.250-06:00'", [3]),
        ("at between '2024-01-01T01:30:00.250+02:00' and '2024-01-01T00:00:00+00:00'", [3, 4]),
        ("at in ('2024-01-01T00:00:00+02:00', '2024-01-01')", [2, 4]),
        ("at < '9999-12-31T23:59:59-05:00'", [1, 2, 3, 4]),
    ],
)
def test_the_offset_of_a_literal_is_not_dropped_beside_a_column_without_one(
    ask_sql: Ask, condition: str, ids: list[int]
) -> None:
    """PostgreSQL and DuckDB read the literal as the column's type, and drop what that has no place for."""
    model = world(MOMENTS, source(MOMENTS, measures=measures(n="count(*)")))
    if ask_sql.engine.dialect == "clickhouse" and " in " in condition:
        pytest.skip("ClickHouse reads times in its own form only (optional engine)")
    if ask_sql.engine.dialect == "mysql":
        assert refusal(model, [], ["moments.id"], filters=[condition], dialect="mysql").code == "type-mismatch"
        return
    ask_sql(model, [], ["moments.id"], filters=[condition]).gives(*[(number,) for number in ids])


def test_the_offset_of_a_literal_counts_beside_a_column_with_a_time_zone(postgres_engine: Engine) -> None:
    zoned = {"name": "zoned", "grain": ["id"], "sql": "select id, at at time zone 'UTC' as at from moments"}
    columns = [{"name": "id", "type": "number"}, {"name": "at", "type": "time"}]
    model = world(MOMENTS, {**zoned, "columns": columns, "measures": measures(n="count(*)")})
    late = "zoned.at >= '2024-01-01T00:00:00+02:00'"
    Ask(postgres_engine)(model, [], ["zoned.id"], filters=[late]).gives((2,), (3,), (4,))


DAYS = table("days", "id:integer day:date", (1, "2024-01-30"), (2, "2024-01-31"), (3, "2024-02-01"), (4, None))


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("day < '2024-01-31 10:00'", [1, 2]),
        ("day = '2024-01-31 10:00:00'", []),
        ("day in ('2024-01-30 10:00:00', '2024-01-31 00:00:00')", [2]),
        ("day between '2024-01-30 12:00' and '2024-01-31 12:00'", [2]),
        ("day >= '2024-01-31 00:00:00'", [2, 3]),
        ("day > '2024-01-31'", [3]),
    ],
)
def test_the_hour_of_a_literal_is_not_dropped_beside_a_date(ask_sql: Ask, condition: str, ids: list[int]) -> None:
    """PostgreSQL and DuckDB read the literal as a date, and a day is before its own tenth hour no more."""
    if ask_sql.engine.dialect == "clickhouse" and " in " in condition:
        pytest.skip("ClickHouse finds no time in a list beside a date (optional engine)")
    model = world(DAYS, source(DAYS, measures=measures(n="count(*)")))
    ask_sql(model, [], ["days.id"], filters=[condition]).gives(*[(number,) for number in ids])
    counted = [{"expr": f"count(case when days.{condition} then days.id end)", "name": "counted"}]
    ask_sql(model, counted).gives((len(ids),))
