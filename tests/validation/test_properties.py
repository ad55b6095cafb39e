"""What validation promises: a model without errors compiles, measure by measure; the demo's model is one."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from semantic_layer import SemanticError, compile_query
from semantic_layer.loader import load_connection
from semantic_layer.validation import validate_sources
from tests.validation.models import CUSTOMERS, join, orders

NAMES = ("orders", "customers", "lines", "stores")
ROW_EXPRESSIONS = (
    "amount * 2",
    "net + tax",
    "coalesce(amount, 0)",
    "upper(status)",
    "case when flag then amount end",
    "amount / nullif(id, 0)",
    "cast(status as integer)",
    "id || status",
    "amount +",
    "nothing",
    "sum(amount)",
)
CONDITIONS = (
    "flag",
    "not flag and amount > 0",
    "status = 'open' or status in ('a', 'b')",
    "amount",
    "status like 'x%'",
    "{other}.flag",
    "{other}.amount > amount",
    "amount > (select avg(amount) from raw)",
    "{other}.missing",
    "seen_at >= '2024-01-01'",
)
MEASURES = (
    "sum(amount)",
    "count(*)",
    "count(distinct status)",
    "count_distinct(id)",
    "max(seen_at)",
    "min(status)",
    "avg(net)",
    "median(amount)",
    "percentile(amount, 0.25)",
    "sum(case when flag then 1 else 0 end)",
    "sum(amount) / count(*)",
    "first / second",
    "first - (second - 1)",
    "{other}.first + first",
    "coalesce(first, 0)",
    "sum(status)",
    "sum({other}.amount)",
    "max({other}.amount)",
    "sum(amount * {other}.amount)",
    "sum(first)",
    "first",
    "amount",
    "third",
    "stddev(amount)",
    "sum(amount) filter (where flag)",
    "bool_or(flag)",
)
JOINS = (
    "{other}_id = {role}.id",
    "{role}.id = {other}_id",
    "{other}_id = {role}.id and {role}.flag",
    "id = {role}.id",
    "amount between {role}.amount and {role}.net",
    "{other}_id = {role}.{other}_id",
    "id = id",
    "1 = 1",
)


def columns(draw: DrawFn) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {"name": "id", "type": "number"},
        {"name": "amount", "type": "number"},
        {"name": "tax", "type": draw(st.sampled_from(["number", None]))},
        {"name": "status", "type": "string"},
        {"name": "flag", "type": "boolean"},
        {"name": "seen_at", "type": "time"},
        *({"name": f"{name}_id", "type": "number"} for name in NAMES),
    ]
    made.append({"name": "net", "expr": draw(st.sampled_from(["amount - tax", "amount", *ROW_EXPRESSIONS]))})
    if draw(st.booleans()):
        made[0]["visibility"] = "hidden"
    return made


@st.composite
def models(draw: DrawFn) -> list[dict[str, Any]]:
    """Two to four sources; each part is drawn from mostly sound texts, some of which are not."""
    names = NAMES[: draw(st.integers(2, 4))]
    return [draw(a_source(name, names)) for name in names]


@st.composite
def a_source(draw: DrawFn, name: str, names: tuple[str, ...]) -> dict[str, Any]:
    others = st.sampled_from([other for other in names if other != name])

    def text(choices: tuple[str, ...]) -> str:
        return draw(st.sampled_from(choices)).replace("{other}", draw(others))

    def join() -> dict[str, Any]:
        other = draw(st.sampled_from(names))
        alias = draw(st.sampled_from([None, None, f"{other}_of_{name}"]))
        on = draw(st.sampled_from((JOINS[0],) * 6 + JOINS)).replace("{other}", other).replace("{role}", alias or other)
        relationship = draw(st.sampled_from(["many_to_one", "many_to_one", "one_to_many", "one_to_one"]))
        return {"to": other, "on": on, "relationship": relationship, **({"alias": alias} if alias else {})}

    def measure(of: str) -> dict[str, Any]:
        made: dict[str, Any] = {"name": of, "expr": text(MEASURES)}
        if draw(st.integers(0, 3)) == 0:
            made["filter"] = text(CONDITIONS)
        if draw(st.integers(0, 5)) == 0:
            made["segments"] = ["kept"]
        return made

    body = draw(st.sampled_from([{"table": name}, {"table": name}, {"sql": f"select * from raw_{name}"}]))
    measured = [{"name": "first", "expr": draw(st.sampled_from(["sum(amount)", "count(*)"]))}]
    return {
        "name": name,
        **body,
        "grain": ["id"],
        "columns": columns(draw),
        "joins": [join() for _ in range(draw(st.integers(0, 2)))],
        "segments": [{"name": "kept", "expr": text(CONDITIONS) if draw(st.booleans()) else "flag"}],
        "measures": measured + [measure(of) for of in ("second", "third")[: draw(st.integers(0, 2))]],
    }


def without_errors(model: list[dict[str, Any]], dialect: str) -> list[dict[str, Any]]:
    """The model with everything taken out that validation calls an error."""
    while errors := validate_sources(model, dialect=dialect).errors:
        wrong = {(error.source, *(error.path or "").partition("]")[0].split("[")) for error in errors}
        model = [
            {
                key: [item for at, item in enumerate(value) if (source["name"], key, str(at)) not in wrong]
                if key in ("columns", "joins", "segments", "measures")
                else value
                for key, value in source.items()
            }
            for source in model
        ]
    return model


@settings(max_examples=200, deadline=None)
@given(models(), st.sampled_from(["postgres", "sqlite", "duckdb", "mysql", "bigquery", "snowflake", "tsql"]))
def test_a_model_without_errors_compiles_measure_by_measure(model: list[dict[str, Any]], dialect: str) -> None:
    sound = without_errors(model, dialect)
    event(f"{sum(len(source['measures']) for source in sound)} measures")
    for source in sound:
        for measure in source["measures"]:
            wanted = f"{source['name']}.{measure['name']}"
            try:
                compile_query(sound, {"measures": [wanted]}, dialect=dialect)
            except SemanticError as error:
                raise AssertionError(f"{wanted} is {measure}: [{error.code}] {error}") from error


@pytest.mark.parametrize("on", ["id = id", "1 = 1", "customers.id > 0"])
def test_a_join_over_one_side_is_refused_before_it_multiplies_rows(on: str) -> None:
    model = [orders(joins=[join("customers", on)]), CUSTOMERS]
    with pytest.raises(SemanticError) as refusal:
        compile_query(model, {"measures": ["orders.revenue"], "dimensions": ["customers.country"]})
    assert refusal.value.code == "one-sided-join"


@pytest.fixture
def demo() -> Path:
    return Path(str(files("ktx_core.demo") / "project" / "semantic-layer" / "shop"))


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
def test_the_model_of_the_demo_has_no_findings(demo: Path, dialect: str) -> None:
    loaded = load_connection(demo, dialect=dialect)
    assert loaded.problems == ()
    assert validate_sources(loaded.sources, dialect=dialect).diagnostics == ()
