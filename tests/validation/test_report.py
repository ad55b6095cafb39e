"""The report: its shape on the wire, and that a bad source hides nothing in the others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_layer import SemanticError
from semantic_layer.validation import CODES, Severity, validate_sources
from tests.validation.models import CUSTOMERS, ORDERS, customers, join, orders, source

BROKEN = {"name": "broken", "grain": [], "columns": "none"}


def test_a_sound_model_is_valid_and_empty_on_the_wire() -> None:
    assert validate_sources([ORDERS, CUSTOMERS]).to_wire() == {
        "valid": True,
        "errors": [],
        "warnings": [],
        "per_source_warnings": {},
        "diagnostics": [],
    }


def test_an_error_says_where_what_and_what_to_do() -> None:
    wire = validate_sources(
        [orders(measures=[{"name": "total", "expr": "sum(\n  amont)"}]), CUSTOMERS],
    ).to_wire()
    assert wire["valid"] is False
    assert wire["errors"] == ["orders.measures[0].expr:2:3: 'orders' has no column 'amont' (did you mean amount?)"]
    assert wire["diagnostics"] == [
        {
            "severity": "error",
            "code": "unknown-column",
            "source": "orders",
            "path": "measures[0].expr",
            "message": "'orders' has no column 'amont'",
            "hint": "did you mean amount?",
            "line": 2,
            "column": 3,
        }
    ]


def test_warnings_are_listed_by_source_and_leave_the_model_valid() -> None:
    wire = validate_sources([ORDERS, CUSTOMERS, source("weather", "day")]).to_wire()
    assert wire["valid"] is True
    assert wire["warnings"] == ["weather: no join connects weather with orders and what belongs to it"]
    assert wire["per_source_warnings"] == {"weather": wire["warnings"]}


def test_a_bad_source_hides_no_finding_in_the_others() -> None:
    bad_measure = orders(measures=[{"name": "total", "expr": "sum(amont)"}])
    codes = [found.code for found in validate_sources([BROKEN, bad_measure, 7, customers(columns=5)]).diagnostics]
    assert "unknown-column" in codes
    assert codes.count("invalid-value") >= 3


def test_what_names_a_source_that_could_not_be_read_is_not_blamed_for_it() -> None:
    uses_broken = orders(
        joins=[join("broken", "customer_id = broken.id")],
        measures=[{"name": "total", "expr": "sum(amount)", "filter": "broken.flag"}],
    )
    sources = {found.source for found in validate_sources([BROKEN, uses_broken]).diagnostics}
    assert sources == {"broken"}


def test_a_misspelt_key_does_not_hide_what_else_is_wrong_with_its_source() -> None:
    twice = orders(colour="red", measures=[{"name": "total", "expr": "sum(amont)", "fliter": "paid"}])
    codes = [(found.code, found.path) for found in validate_sources([twice, CUSTOMERS]).diagnostics]
    assert codes == [
        ("unknown-key", "measures[0].fliter"),
        ("unknown-key", "colour"),
        ("unknown-column", "measures[0].expr"),
    ]


def test_one_cause_is_reported_once_however_much_depends_on_it() -> None:
    chain = orders(
        measures=[
            {"name": "a", "expr": "sum(amont)"},
            {"name": "b", "expr": "a / 2"},
            {"name": "c", "expr": "a + b"},
        ]
    )
    assert [found.path for found in validate_sources([chain, CUSTOMERS]).diagnostics] == ["measures[0].expr"]


def test_a_circle_of_measures_is_reported_on_each_of_them() -> None:
    circle = orders(measures=[{"name": "a", "expr": "b + 1"}, {"name": "b", "expr": "a + 1"}])
    found = validate_sources([circle, CUSTOMERS]).diagnostics
    assert sorted((one.code, one.path) for one in found) == [
        ("cyclic-measure", "measures[0].expr"),
        ("cyclic-measure", "measures[1].expr"),
    ]


@pytest.mark.parametrize(
    ("touched", "codes"),
    [(None, ["join-missing"]), (["daily"], ["join-missing"]), (["orders"], []), ([], [])],
)
def test_missing_joins_are_looked_for_in_the_touched_sources(touched: list[str] | None, codes: list[str]) -> None:
    daily = source("daily", "customer_id", "n", sql="select customer_id, count(*) as n from t group by 1")
    report = validate_sources([ORDERS, CUSTOMERS, daily], recently_touched=touched)
    assert [found.code for found in report.diagnostics if found.code != "disconnected-sources"] == codes


def test_an_unknown_dialect_is_refused_with_what_there_is() -> None:
    with pytest.raises(SemanticError) as refusal:
        validate_sources([ORDERS], dialect="postgress")
    assert refusal.value.near == ("postgres",)


@pytest.mark.parametrize("dialect", ["bigquery", "clickhouse", "duckdb", "mysql", "snowflake", "sqlite", "tsql"])
def test_a_sound_model_is_sound_in_every_dialect(dialect: str) -> None:
    assert validate_sources([ORDERS, CUSTOMERS], dialect=dialect).diagnostics == ()


def test_a_model_of_nothing_is_valid() -> None:
    assert validate_sources([]).valid


def test_every_code_says_what_it_means() -> None:
    assert all(code.meaning and not code.meaning.endswith(".") for code in CODES.values())
    assert {code.severity for code in CODES.values()} == {Severity.ERROR, Severity.WARNING}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SOURCE_LIKE = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["orders", "customers", "a.b", ""]) | JSON,
        "table": st.just("t") | JSON,
        "sql": st.sampled_from(["select 1 as id", "select", "with x as (select 1) select * from x"]) | JSON,
        "grain": st.just(["id"]) | JSON,
        "columns": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["id", "x", "y.z"])}, optional={"expr": st.text(max_size=12) | JSON}
            )
        )
        | JSON,
        "joins": st.lists(
            st.fixed_dictionaries(
                {
                    "to": st.sampled_from(["orders", "customers", "nobody"]),
                    "on": st.sampled_from(["id = customers.id", "x", "1 = 1", "x = orders.x or true"]) | st.text(),
                    "relationship": st.sampled_from(["many_to_one", "one_to_many", "one_to_one", "none"]),
                }
            ),
            max_size=3,
        )
        | JSON,
        "measures": st.lists(
            st.fixed_dictionaries(
                {
                    "name": st.sampled_from(["m", "n", "x"]),
                    "expr": st.sampled_from(["sum(x)", "m / n", "count(*)", "sum(customers.x)"]) | st.text(max_size=12),
                },
                optional={"filter": st.text(max_size=12), "segments": JSON},
            ),
            max_size=3,
        )
        | JSON,
    },
)


@settings(max_examples=200, deadline=None)
@given(st.lists(SOURCE_LIKE | JSON, max_size=4))
def test_whatever_comes_in_a_report_comes_out(sources: list[object]) -> None:
    wire = validate_sources(sources).to_wire()
    assert wire["valid"] == (not wire["errors"])
    assert all(found["code"] in CODES for found in wire["diagnostics"])


def test_a_key_without_a_letter_is_reported_and_hides_nothing() -> None:
    report = validate_sources([orders(**{"": 1}, measures=[{"name": "total", "expr": "sum(amont)"}]), CUSTOMERS])
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["unknown-key", "unknown-column"]
