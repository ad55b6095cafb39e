"""The checker passes what the compiler emits, says why, and refuses the same SQL once it is made wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlglot import exp

from semantic_layer import SemanticError
from semantic_layer.checker import Proof, check_query
from semantic_layer.graph import ModelIndex
from semantic_layer.model import parse_query, parse_source
from semantic_layer.plan import plan_query
from semantic_layer.resolve import resolve_query
from semantic_layer.sql import build_query

MODEL: list[dict[str, Any]] = [
    {
        "name": "orders",
        "table": "shop.orders",
        "grain": ["id"],
        "columns": [
            {"name": "id", "type": "number"},
            {"name": "customer_id", "type": "number"},
            {"name": "amount", "type": "number"},
        ],
        "joins": [{"to": "customers", "on": "customer_id = customers.id", "relationship": "many_to_one"}],
        "measures": [
            {"name": "revenue", "expr": "sum(amount)"},
            {"name": "orders", "expr": "count(*)"},
            {"name": "largest", "expr": "max(amount)"},
        ],
    },
    {
        "name": "items",
        "table": "items",
        "grain": ["order_id", "line"],
        "columns": [
            {"name": "order_id", "type": "number"},
            {"name": "line", "type": "number"},
            {"name": "quantity", "type": "number"},
            {"name": "order_key", "type": "number", "expr": "order_id + 0"},
        ],
        "joins": [{"to": "orders", "on": "orders.id = order_key", "relationship": "many_to_one"}],
        "measures": [{"name": "quantity", "expr": "sum(quantity)"}],
    },
    {
        "name": "customers",
        "sql": "select * from raw_customers",
        "grain": ["id"],
        "columns": [
            {"name": "id", "type": "number"},
            {"name": "country", "type": "string"},
            {"name": "region", "type": "string", "expr": "coalesce(country, 'none')"},
        ],
        "measures": [{"name": "customers", "expr": "count(*)"}],
    },
]
QUERIES: dict[str, dict[str, Any]] = {
    "one fact": {"measures": ["orders.revenue"], "dimensions": ["customers.country"], "include_empty": False},
    "a way of two joins": {"measures": ["items.quantity"], "dimensions": ["customers.region"], "include_empty": False},
    "members": {"measures": ["orders.orders"], "dimensions": ["customers.country"]},
    "three facts": {
        "measures": ["orders.revenue", "items.quantity", "customers.customers"],
        "dimensions": ["customers.country"],
    },
    "derived across facts": {
        "measures": [{"expr": "orders.revenue / items.quantity", "name": "price"}],
        "dimensions": ["customers.country"],
    },
    "totals": {"measures": ["orders.revenue", "items.quantity"]},
    "behind one_to_many": {"measures": ["orders.largest"], "dimensions": ["items.line"]},
    "medians": {
        "measures": [{"expr": "median(orders.amount)", "name": "middle"}, "orders.revenue"],
        "dimensions": ["customers.country"],
    },
    "dimensions": {"dimensions": ["customers.country"]},
    "a filter behind one_to_many": {
        "measures": ["orders.revenue"],
        "dimensions": ["customers.country"],
        "filters": ["items.quantity > 1"],
    },
    "a measure's filter behind one_to_many": {
        "measures": [{"expr": "sum(orders.amount) filter (where items.quantity > 1)", "name": "large"}],
        "dimensions": ["customers.country"],
        "include_empty": False,
    },
}


def emitted(name: str, dialect: str = "postgres") -> tuple[ModelIndex, exp.Select, Mapping[str, frozenset[str]]]:
    index = ModelIndex([parse_source(source) for source in MODEL], dialect=dialect)
    resolved = resolve_query(index, parse_query(QUERIES[name]))
    plan = plan_query(index, resolved)
    dimensions = len(resolved.dimensions)
    expected = {named.alias: frozenset[str]() for named in resolved.names[:dimensions]}
    for named, measure in zip(resolved.names[dimensions:], resolved.measures, strict=True):
        expected[named.alias] = frozenset(measure.formula.homes)
    return index, build_query(index, plan), expected


def checked(name: str, spoil: Callable[[exp.Select], None] | None = None) -> Proof:
    index, tree, expected = emitted(name)
    if spoil is not None:
        before = tree.sql()
        spoil(tree)
        assert tree.sql() != before, "nothing was spoilt"
    return check_query(index, tree, expected)


@pytest.mark.parametrize("dialect", ["postgres", "sqlite", "clickhouse", "mysql", "tsql", "bigquery", "snowflake"])
@pytest.mark.parametrize("name", QUERIES)
def test_what_the_compiler_emits_is_proven(name: str, dialect: str) -> None:
    assert check_query(*emitted(name, dialect)).columns


def test_a_median_of_repeated_rows_is_refused() -> None:
    index, tree, expected = emitted("medians", "sqlite")
    picked = next(select for select in tree.find_all(exp.Select) if select.args.get("joins"))
    detail_joined(picked)
    with pytest.raises(SemanticError, match="counts once for each row of 'items'"):
        check_query(index, tree, expected)


def test_a_proof_states_the_grain_and_why_each_join_multiplies_nothing() -> None:
    (proof,) = checked("a way of two joins").columns["quantity"]
    assert (proof.source, proof.grain, proof.repeated) == ("items", ("order_id", "line"), False)
    assert [(join.from_source, join.to_source, join.multiplies) for join in proof.joins] == [
        ("items", "orders", False),
        ("orders", "customers", False),
    ]
    assert proof.joins[0].reason == "items.joins[0] declares many_to_one"


def test_what_minds_no_repetition_may_be_repeated_and_says_so() -> None:
    (proof,) = checked("behind one_to_many").columns["largest"]
    assert proof.repeated
    assert [join.multiplies for join in proof.joins] == [True]


def first(kind: type[exp.Expr]) -> Callable[[exp.Select], Any]:
    def find(tree: exp.Select) -> Any:
        found = tree.find(kind)
        assert found is not None
        return found

    return find


def inner_join(tree: exp.Select) -> None:
    first(exp.Join)(tree).set("side", None)


def other_condition(tree: exp.Select) -> None:
    first(exp.Join)(tree).set("on", exp.condition("customers.id = orders.id"))


def no_condition(tree: exp.Select) -> None:
    first(exp.Join)(tree).set("on", exp.true())


def weaker_condition(tree: exp.Select) -> None:
    join = first(exp.Join)(tree)
    join.set("on", exp.Or(this=join.args["on"], expression=exp.condition("customers.id = 1")))


def detail_joined(tree: exp.Select) -> None:
    table = exp.to_table("items")
    table.meta["source"] = "items"
    table.set("alias", exp.TableAlias(this=exp.to_identifier("items")))
    tree.append("joins", exp.Join(this=table, on=exp.condition("orders.id = items.order_id + 0"), side="LEFT"))


def other_table(tree: exp.Select) -> None:
    first(exp.From)(tree).this.set("this", exp.to_identifier("orders_of_somebody"))


def false_claim(tree: exp.Select) -> None:
    for table in tree.find_all(exp.Table):
        if table.meta.get("source") == "orders":
            table.meta["source"] = "items"
            table.set("alias", exp.TableAlias(this=exp.to_identifier("changed")))
            return


def raw_table(tree: exp.Select) -> None:
    first(exp.From)(tree).set("this", exp.to_table("secrets", alias="orders"))


def ungrouped(tree: exp.Select) -> None:
    tree.set("group", None)


@pytest.mark.parametrize(
    "spoil",
    [
        inner_join,
        other_condition,
        no_condition,
        weaker_condition,
        detail_joined,
        other_table,
        false_claim,
        raw_table,
        ungrouped,
    ],
)
def test_one_fact_made_wrong_is_refused(spoil: Callable[[exp.Select], None]) -> None:
    with pytest.raises(SemanticError) as caught:
        checked("one fact", spoil)
    assert caught.value.code == "unproven-plan"


def summed_union(tree: exp.Select) -> None:
    for found in list(tree.find_all(exp.Max)):
        found.replace(exp.Sum(this=found.this))


def distinct_union(tree: exp.Select) -> None:
    first(exp.Union)(tree).args["distinct"] = exp.true()


def values_from_both_sides(tree: exp.Select) -> None:
    for found in list(tree.find_all(exp.Union))[-1].find_all(exp.Null):
        column = found.parent
        assert column is not None
        alias = column.alias
        side = found.find_ancestor(exp.Select)
        assert side is not None
        found.replace(
            exp.column(
                next(one.name for one in side.find_all(exp.Column) if "value" in one.name or "revenue" in one.name)
            )
        )
        if alias:
            return


def one_key_less(tree: exp.Select) -> None:
    group = tree.args["group"]
    group.set("expressions", [exp.Literal.number(1)])


def columns_exchanged(tree: exp.Select) -> None:
    one, other = tree.expressions[1], tree.expressions[2]
    one_value, other_value = one.this.copy(), other.this.copy()
    one.set("this", other_value)
    other.set("this", one_value)


def facts_joined(tree: exp.Select) -> None:
    tree.append("joins", exp.Join(this=exp.to_table("orders_facts"), on=exp.true(), side="LEFT"))


@pytest.mark.parametrize(
    "spoil",
    [summed_union, distinct_union, values_from_both_sides, one_key_less, columns_exchanged, facts_joined, inner_join],
)
def test_several_facts_made_wrong_are_refused(spoil: Callable[[exp.Select], None]) -> None:
    with pytest.raises(SemanticError) as caught:
        checked("three facts", spoil)
    assert caught.value.code == "unproven-plan"


def test_a_measure_of_another_source_than_asked_is_refused() -> None:
    index, tree, expected = emitted("one fact")
    wrong = {alias: frozenset({"items"}) if sources else sources for alias, sources in expected.items()}
    with pytest.raises(SemanticError, match="its own source"):
        check_query(index, tree, wrong)


def test_columns_other_than_asked_are_refused() -> None:
    index, tree, expected = emitted("one fact")
    with pytest.raises(SemanticError, match="columns"):
        check_query(index, tree, dict(reversed(list(expected.items()))))


def repeated_marks(select: exp.Select) -> None:
    select.set("distinct", None)


def more_marks_than_keys(select: exp.Select) -> None:
    select.append("expressions", exp.alias_(exp.column("quantity", "items"), "key_2"))


def marks_by_group(select: exp.Select) -> None:
    select.set("group", exp.Group(expressions=[exp.column("line", "items")]))


def marked_by_another_condition(select: exp.Select) -> None:
    join = select.find_ancestor(exp.Join)
    assert join is not None
    join.set("on", exp.GT(this=join.args["on"].this, expression=join.args["on"].expression))


@pytest.mark.parametrize(
    "spoil",
    [repeated_marks, more_marks_than_keys, marks_by_group, marked_by_another_condition],
    ids=lambda one: one.__name__,
)
def test_rows_that_may_be_marked_twice_are_refused(spoil: Callable[[exp.Select], None]) -> None:
    index, tree, expected = emitted("a measure's filter behind one_to_many", "snowflake")
    assert check_query(index, tree, expected).columns
    marked = next(join.this.this for join in tree.args["joins"] if isinstance(join.this, exp.Subquery))
    spoil(marked)
    with pytest.raises(SemanticError, match=r"marked|distinct|its keys"):
        check_query(index, tree, expected)
