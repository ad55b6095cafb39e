"""Rule 15: a construct an engine lacks is rendered in an equivalent, or refused by name.

What is executed elsewhere in the suite is checked here for the dialects without an engine: the text parses there.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
import sqlglot
from asking import Ask, measures, refusal, source, world
from engines import table
from shop import SHOP
from sqlglot import exp

from semantic_layer import SemanticError, compile_query
from semantic_layer.functions import refuse_absent

DIALECTS = [
    *["bigquery", "snowflake", "postgres", "redshift", "mysql", "sqlite", "tsql", "clickhouse"],
    *["duckdb", "databricks", "trino"],
]
NUMBERS = table(
    "numbers",
    "id:integer k:string v:integer",
    *[(1, "a", 1), (2, "a", 2), (3, "a", 10), (4, "b", 4), (5, "b", None), (6, "c", None), (7, "b", 7), (8, "a", 3)],
)
STATISTICS = world(
    NUMBERS,
    source(
        NUMBERS,
        measures=measures(
            middle="median(v)",
            ninety="percentile(v, 0.9)",
            low="percentile(v, 0)",
            top="percentile(v, 1)",
            third="percentile(v, 0.25)",
            small={"expr": "median(v)", "filter": "v < 10"},
            tail={"expr": "percentile(v, 0.5)", "filter": "k = 'a'"},
            n="count(*)",
            kinds="count_distinct(k)",
            total="sum(v)",
        ),
    ),
)

MOMENTS = table(
    "moments",
    "id:integer at:timestamp day:date",
    (1, "2024-02-29 23:59:59", "2024-02-29"),
    (2, "2024-03-01 00:00:00", "2024-03-01"),
    (3, "2023-12-31 12:30:31", "2023-12-31"),
    (4, "2024-01-01 00:00:01", "2024-01-01"),
    (5, "2024-12-30 06:07:08", "2024-12-30"),
    (6, None, None),
)
CALENDAR = world(MOMENTS, source(MOMENTS, measures=measures(n="count(*)")))

TRUNCATED = {
    "second": [
        "2024-02-29 23:59:59",
        "2024-03-01",
        "2023-12-31 12:30:31",
        "2024-01-01 00:00:01",
        "2024-12-30 06:07:08",
    ],
    "minute": ["2024-02-29 23:59:00", "2024-03-01", "2023-12-31 12:30:00", "2024-01-01", "2024-12-30 06:07:00"],
    "hour": ["2024-02-29 23:00:00", "2024-03-01", "2023-12-31 12:00:00", "2024-01-01", "2024-12-30 06:00:00"],
    "day": ["2024-02-29", "2024-03-01", "2023-12-31", "2024-01-01", "2024-12-30"],
    "week": ["2024-02-26", "2023-12-25", "2024-01-01", "2024-12-30"],
    "month": ["2024-02-01", "2024-03-01", "2023-12-01", "2024-01-01", "2024-12-01"],
    "quarter": ["2024-01-01", "2023-10-01", "2024-10-01"],
    "year": ["2024-01-01", "2023-01-01"],
}
COUNTS = {"week": [2, 1, 1, 1], "quarter": [3, 1, 1], "year": [4, 1]}


@pytest.mark.parametrize("granularity", TRUNCATED)
def test_every_granularity_of_a_timestamp(ask: Ask, granularity: str) -> None:
    """Weeks begin on Monday: Sunday the 31st of December belongs to the 25th, the 1st of January 2024 is a Monday."""
    periods = TRUNCATED[granularity]
    counts = COUNTS.get(granularity, [1] * len(periods))
    ask(CALENDAR, ["moments.n"], [{"field": "moments.at", "granularity": granularity}]).gives(
        *zip(periods, counts, strict=True), (None, 1)
    )


@pytest.mark.parametrize("granularity", ["day", "week", "month", "quarter", "year"])
def test_every_granularity_of_a_date(ask: Ask, granularity: str) -> None:
    periods = TRUNCATED[granularity]
    counts = COUNTS.get(granularity, [1] * len(periods))
    ask(CALENDAR, ["moments.n"], [{"field": "moments.day", "granularity": granularity}]).gives(
        *zip(periods, counts, strict=True), (None, 1)
    )


def test_a_median_of_all(ask: Ask) -> None:
    """1 2 3 4 7 10."""
    ask(STATISTICS, ["numbers.middle"]).gives((3.5,))


def test_a_median_by_group(ask: Ask) -> None:
    ask(STATISTICS, ["numbers.middle", "numbers.n"], ["numbers.k"]).gives(("a", 2.5, 4), ("b", 5.5, 3), ("c", None, 1))


def test_percentiles_by_group_are_continuous(ask: Ask) -> None:
    ask(STATISTICS, ["numbers.ninety", "numbers.low", "numbers.top", "numbers.third"], ["numbers.k"]).gives(
        ("a", 7.9, 1, 10, 1.75), ("b", 6.7, 4, 7, 4.75), ("c", None, None, None, None)
    )


def test_medians_with_a_filter_beside_ones_without(ask: Ask) -> None:
    ask(STATISTICS, ["numbers.small", "numbers.middle", "numbers.tail"]).gives((3, 3.5, 2.5))
    ask(STATISTICS, ["numbers.small", "numbers.middle", "numbers.tail", "numbers.total"], ["numbers.k"]).gives(
        ("a", 2, 2.5, 2.5, 16), ("b", 5.5, 5.5, None, 11), ("c", None, None, None, None)
    )


def test_a_median_written_in_the_query(ask: Ask) -> None:
    ask(STATISTICS, [{"expr": "median(numbers.v) * 2", "name": "m"}], filters=["numbers.k <> 'b'"]).gives((5,))
    ask(STATISTICS, [{"expr": "percentile(numbers.v, 0.5) - median(numbers.v)", "name": "m"}]).gives((0,))


def test_a_median_of_an_expression(ask: Ask) -> None:
    ask(STATISTICS, [{"expr": "median(numbers.v / 2)", "name": "m"}]).gives((1.75,))


def test_a_median_beside_another_fact(ask: Ask) -> None:
    ask(SHOP, [{"expr": "median(orders.amount)", "name": "m"}, "returns.returned"], ["customers.name"]).gives(
        ("ann", 7.75, 2), ("bob", 0, 1), ("cyd", 4, 0), ("dan", None, 1), ("eve", None, 0), (None, 2.625, 2)
    )


def test_a_group_filter_on_a_median(ask: Ask) -> None:
    ask(STATISTICS, ["numbers.n"], ["numbers.k"], filters=["numbers.middle > 3"]).gives(("b", 3))


def test_count_distinct_is_count_distinct(ask: Ask) -> None:
    ask(STATISTICS, ["numbers.kinds", {"expr": "count(distinct numbers.v)", "name": "values"}]).gives((3, 6))


def test_a_boolean_dimension_and_a_filter_on_a_condition(ask: Ask) -> None:
    flags = table("flags", "id:integer f:boolean v:integer", (1, True, 1), (2, False, 2), (3, None, 3), (4, True, 4))
    columns = [{"name": "big", "type": "boolean", "expr": "v > 2"}]
    model = world(flags, source(flags, columns=columns, measures=measures(n="count(*)")))
    ask(model, ["flags.n"], ["flags.f"]).gives((True, 2), (False, 1), (None, 1))
    ask(model, ["flags.n"], ["flags.big"], filters=["flags.f or flags.big"]).gives((True, 2), (False, 1))
    ask(model, ["flags.n"], ["flags.big"], filters=["flags.f is null or not flags.f"]).gives((True, 1), (False, 1))


QUERIES = {
    "one fact": {"measures": ["orders.revenue"], "dimensions": ["customers.name"]},
    "two facts": {"measures": ["orders.revenue", "returns.refunds"], "dimensions": ["customers.name"]},
    "a ratio": {"measures": [{"expr": "orders.revenue / orders.orders", "name": "mean"}]},
    "an exists": {"measures": ["orders.orders"], "filters": ["items.quantity > 1"]},
    "a group filter": {
        "measures": ["orders.orders"],
        "dimensions": ["regions.name"],
        "filters": ["orders.revenue > 1"],
    },
    "a segment": {"measures": ["orders.orders"], "segments": ["orders.paid"]},
    "an order": {
        "measures": ["orders.orders"],
        "dimensions": ["regions.name"],
        "order_by": [{"field": "orders.orders", "direction": "desc"}],
        "limit": 5,
    },
    "a median": {"measures": [{"expr": "median(orders.amount)", "name": "m"}], "dimensions": ["regions.name"]},
    "a filtered count": {"measures": ["orders.open_orders"], "dimensions": ["regions.name"]},
    **{
        f"the {granularity}": {
            "measures": ["orders.orders"],
            "dimensions": [{"field": "orders.placed", "granularity": granularity}],
        }
        for granularity in TRUNCATED
    },
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("what", QUERIES)
def test_the_text_parses_in_its_dialect_or_is_refused_by_name(dialect: str, what: str) -> None:
    try:
        sql = compile_query(SHOP.sources, QUERIES[what], dialect=dialect).to_wire()["sql"]
    except SemanticError as error:
        refused = error.message.lower()
    else:
        refused = None
    if refused is not None:
        assert dialect in refused
        return
    statements = sqlglot.parse(sql, dialect=dialect)
    assert len(statements) == 1
    assert sqlglot.transpile(sql, read=dialect, write=dialect), sql


@pytest.mark.parametrize("what", ["a filtered count", "an exists", "a segment"])
def test_a_condition_is_never_a_value_in_t_sql(what: str) -> None:
    """T-SQL has no boolean values: a bit column is compared, and a condition stands only where conditions may."""
    flags = table("flags", "id:integer f:boolean", (1, True))
    model = world(flags, source(flags, measures=measures(n="count(*)")))
    query = {"measures": ["flags.n"], "filters": ["flags.f", "not flags.f or flags.id = 1"]}
    for sources, asked in ((SHOP.sources, QUERIES[what]), (model.sources, query)):
        sql = compile_query(sources, asked, dialect="tsql").to_wire()["sql"]
        for where in sqlglot.parse_one(sql, dialect="tsql").find_all(exp.Where, exp.Having):
            for operand in where.this.flatten() if isinstance(where.this, exp.Connector) else [where.this]:
                assert not isinstance(operand.unnest(), exp.Column | exp.Boolean), sql


@pytest.mark.parametrize(
    "expression",
    ["v > 1", "v > 1 or k = 'a'", "not v > 1", "coalesce(v > 1, false)", "case v > 1 when true then 1 else 0 end = 1"],
)
def test_a_condition_stands_only_where_conditions_may_in_t_sql(expression: str) -> None:
    columns = [{"name": "c", "type": "boolean", "expr": expression}]
    model = world(NUMBERS, source(NUMBERS, columns=columns, measures=measures(n="count(*)", any="max(c)")))
    query = {"measures": ["numbers.n", "numbers.any"], "dimensions": ["numbers.c"], "order_by": ["numbers.c"]}
    sql = compile_query(model.sources, query | {"filters": ["numbers.c is not null"]}, dialect="tsql").sql
    conditions = (sqlglot.exp.Predicate, sqlglot.exp.Connector, sqlglot.exp.Not)
    places = (*conditions, sqlglot.exp.Where, sqlglot.exp.Having, sqlglot.exp.If)
    for node in sqlglot.parse_one(sql, dialect="tsql").find_all(*conditions):
        holder = node.parent
        while isinstance(holder, sqlglot.exp.Paren):
            holder = holder.parent
        assert isinstance(holder, places), f"{node.sql('tsql')} in {sql}"
        if isinstance(holder, sqlglot.exp.Predicate):
            assert not isinstance(holder, sqlglot.exp.Binary | sqlglot.exp.Is), f"{node.sql('tsql')} in {sql}"


def right_or_refused(ask_sql: Ask, expression: str, *rows: tuple[object, ...]) -> None:
    """The expression by group over the numbers gives the rows, or is refused."""
    with suppress(SemanticError):
        ask_sql(STATISTICS, [{"expr": expression, "name": "m"}], ["numbers.k"]).gives(*rows)


def test_further_aggregates_are_right_or_refused(ask_sql: Ask) -> None:
    right_or_refused(ask_sql, "sum(distinct numbers.v)", ("a", 16), ("b", 11), ("c", None))
    right_or_refused(ask_sql, "sum(numbers.v) filter (where numbers.v > 2)", ("a", 13), ("b", 11), ("c", None))
    right_or_refused(ask_sql, "count(*) filter (where numbers.v > 2)", ("a", 2), ("b", 2), ("c", 0))
    right_or_refused(ask_sql, "count(numbers.v) filter (where numbers.v > 5)", ("a", 1), ("b", 1), ("c", 0))
    right_or_refused(ask_sql, "avg(distinct numbers.v)", ("a", 4), ("b", 5.5), ("c", None))
    right_or_refused(ask_sql, "count(distinct numbers.k, numbers.v)", ("a", 4), ("b", 2), ("c", 0))
    right_or_refused(ask_sql, "round(avg(numbers.v))", ("a", 4), ("b", 6), ("c", None))
    right_or_refused(ask_sql, "abs(min(numbers.v) - max(numbers.v))", ("a", 9), ("b", 3), ("c", None))
    right_or_refused(ask_sql, "coalesce(sum(numbers.v), 0)", ("a", 16), ("b", 11), ("c", 0))
    right_or_refused(ask_sql, "nullif(count(numbers.v), 0)", ("a", 4), ("b", 2), ("c", None))
    right_or_refused(ask_sql, "sum(numbers.v) % 3", ("a", 1), ("b", 2), ("c", None))
    right_or_refused(ask_sql, "count(case when numbers.v > 2 then 1 end)", ("a", 2), ("b", 2), ("c", 0))
    right_or_refused(ask_sql, "sum(cast(numbers.v as int))", ("a", 16), ("b", 11), ("c", None))


PARTS = {
    "year": [2024, 2024, 2023, 2024, 2024],
    "quarter": [1, 1, 4, 1, 4],
    "month": [2, 3, 12, 1, 12],
    "day": [29, 1, 31, 1, 30],
    "hour": [23, 0, 12, 0, 6],
    "minute": [59, 0, 30, 0, 7],
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("spelling", ["extract({} from at)", "{}(at)"])
def test_a_part_of_a_time(ask_sql: Ask, part: str, spelling: str) -> None:
    """Some engines have a function for each part, some EXTRACT, SQLite neither."""
    columns = [{"name": "part", "type": "number", "expr": spelling.format(part)}]
    model = world(MOMENTS, source(MOMENTS, columns=columns, measures=measures(n="count(*)")))
    rows = [*zip(range(1, 6), PARTS[part], strict=True), (6, None)]
    ask_sql(model, [], ["moments.id", "moments.part"]).gives(*rows)


@pytest.mark.parametrize("engine_name", ["sqlite", "duckdb", "postgres"])
def test_the_week_of_a_time_is_the_iso_week(engine_name: str, request: pytest.FixtureRequest) -> None:
    ask = Ask(request.getfixturevalue(f"{engine_name}_engine"))
    columns = [{"name": "part", "type": "number", "expr": "extract(week from at)"}]
    model = world(MOMENTS, source(MOMENTS, columns=columns, measures=measures(n="count(*)")))
    ask(model, [], ["moments.id", "moments.part"]).gives((1, 9), (2, 9), (3, 52), (4, 1), (5, 1), (6, None))


STRANGE = {
    "sqlite": [
        "lpad(k, 5, 'x')",
        "split_part(k, 'a', 1)",
        "dayofweek(v)",
        "regexp_replace(k, 'a', 'b')",
        "nonsense(k)",
    ],
    "duckdb": ["find_in_set(k, 'a')", "julianday(k)", "makedate(v, v)"],
    "postgres": ["find_in_set(k, 'a')", "list_sum(k)", "julianday(k)", "dayofweek(v)"],
    "mysql": ["regexp_split_to_array(k, 'a')", "list_sum(k)", "toStartOfMonth(k)", "julianday(k)"],
    "clickhouse": ["julianday(k)", "find_in_set(k, 'a')", "list_sum(k)"],
}


@pytest.mark.parametrize(("dialect", "expression"), [(name, one) for name, each in STRANGE.items() for one in each])
def test_a_function_that_the_engine_lacks_is_refused_by_name(dialect: str, expression: str) -> None:
    columns = [{"name": "x", "expr": expression}]
    model = world(NUMBERS, source(NUMBERS, columns=columns, measures=measures(n="count(*)")))
    refused = refusal(model, [], ["numbers.x"], dialect=dialect)
    assert refused.code == "unsupported-in-dialect"
    refused.names(dialect)


@pytest.mark.parametrize("dialect", ["bigquery", "databricks", "redshift", "snowflake", "trino", "tsql"])
def test_a_function_that_the_manual_of_an_engine_lacks_is_told_and_not_refused(dialect: str) -> None:
    """No engine of these runs here to be asked, and what is known of manuals is never whole."""
    written = {"strange": "julianday(k)", "own": "our_tax(v)", "known": "round(abs(v), 1)", "part": "year(k)"}
    columns = [{"name": name, "expr": expression} for name, expression in written.items()]
    model = world(NUMBERS, source(NUMBERS, columns=columns, measures=measures(n="count(*)")))
    told = {
        name: compile_query(model.sources, {"dimensions": [f"numbers.{name}"]}, dialect=dialect).warnings
        for name in written
    }
    ((warning,), *others) = told.values()
    assert others == [(), (), ()]
    assert warning.code == "function-not-documented"
    assert dialect in warning.message
    assert "julianday(…)" in warning.message


def test_a_function_that_no_engine_has_is_the_user_s_own_where_there_can_be_any() -> None:
    columns = [{"name": "x", "expr": "our_tax(v)"}, {"name": "y", "expr": "ours.list_sum(v)"}]
    model = world(NUMBERS, source(NUMBERS, columns=columns, measures=measures(n="count(*)")))
    for dialect in ("postgres", "duckdb", "mysql", "clickhouse"):
        assert "our_tax" in compile_query(model.sources, {"dimensions": ["numbers.x"]}, dialect=dialect).sql.lower()
        assert "list_sum" in compile_query(model.sources, {"dimensions": ["numbers.y"]}, dialect=dialect).sql.lower()
    refused = refusal(model, [], ["numbers.x"], dialect="sqlite").names("sqlite", "our_tax")
    assert refused.code == "unsupported-in-dialect"


def test_the_table_of_functions_knows_what_the_engine_has(ask_sql: Ask) -> None:
    """What the compiler itself writes, and what is written every day, is never refused."""
    for name in ("coalesce", "nullif", "abs", "round", "lower", "upper", "trim", "length", "substr", "replace"):
        refuse_absent(
            [name, name.upper()] if ask_sql.engine.dialect != "clickhouse" else [name], ask_sql.engine.dialect
        )


@pytest.mark.parametrize("moment", ["timestamp '2024-01-01 00:00:00'", "cast('2024-01-01 00:00:00' as timestamp)"])
def test_a_moment_is_no_version_of_a_row_in_t_sql(moment: str) -> None:
    query = {"measures": ["orders.orders"], "filters": [f"orders.placed > {moment}"]}
    sql = compile_query(SHOP.sources, query, dialect="tsql").sql
    assert "CAST('2024-01-01 00:00:00' AS DATETIME2)" in sql
