"""From a plan to one SELECT."""

from collections.abc import Callable

from sqlglot import exp

from semantic_layer.expressions import Additivity, Tree, conjunction, field_node, fresh, substituted
from semantic_layer.expressions.identifiers import Names, column, identifier
from semantic_layer.graph import MOMENTS, ModelIndex, type_of
from semantic_layer.model import ColumnType, Direction
from semantic_layer.plan import QueryPlan, used_sources
from semantic_layer.resolve import Formula, Leaf, with_leaves
from semantic_layer.sql.branches import (
    Branch,
    branch_rows,
    branches,
    grouped_select,
    member_rows,
    percentile_select,
)
from semantic_layer.sql.tables import TablesBuilder, made_table

KeyOf = Callable[[int], Tree]
LeafOf = Callable[[Leaf], Tree]


def build_query(index: ModelIndex, plan: QueryPlan) -> exp.Select:
    """One fact and nothing to add: one SELECT. Otherwise each aggregation alone, then their union by key."""
    select, tables = _built(index, plan, frozenset())
    hidden = tables.hidden_tables(select)
    return _built(index, plan, hidden)[0] if hidden else select


def _built(index: ModelIndex, plan: QueryPlan, taken: frozenset[str]) -> tuple[exp.Select, TablesBuilder]:
    tables = TablesBuilder(index, used_sources(index, plan), taken)
    parts = branches(plan, index.dialect)
    if len(parts) == 1 and plan.members is None and not parts[0].windowed:
        select = _single(index, plan, tables, parts[0])
    else:
        select = _combined(index, plan, tables, parts)
    if tables.expressions:
        select.set("with_", exp.With(expressions=tables.expressions, recursive=tables.recursive))
    return select, tables


def _single(index: ModelIndex, plan: QueryPlan, tables: TablesBuilder, branch: Branch) -> exp.Select:
    rows = branch_rows(index, tables, branch, plan.query.dimensions)

    def key_of(position: int) -> Tree:
        return fresh(rows.keys[position])

    def leaf_of(leaf: Leaf) -> Tree:
        return fresh(rows.values[leaf])

    return _finished(rows.select, tables, plan, key_of, leaf_of)


def _combined(index: ModelIndex, plan: QueryPlan, tables: TablesBuilder, parts: list[Branch]) -> exp.Select:
    dialect = index.dialect
    keys = [named.alias for named in plan.query.names[: len(plan.query.dimensions)]]
    names = Names(keys)
    value_names = _value_names(plan, [leaf for part in parts for leaf in part.leaves], names)
    selected: list[tuple[str, list[str]]] = []
    for part in parts:
        rows = branch_rows(index, tables, part, plan.query.dimensions)
        make = percentile_select if part.windowed else grouped_select
        select = make(rows, keys, value_names, dialect)
        name = tables.add(f"{part.fact.role}_facts", select)
        selected.append((name, [value_names[leaf] for leaf in part.leaves]))
    if plan.members is not None:
        rows = member_rows(index, tables, plan.members, plan.query.dimensions)
        name = tables.add(f"{plan.members.role}_members", grouped_select(rows, keys, {}, dialect))
        selected.append((name, []))
    source = _union(selected, keys, tables, dialect)

    def key_of(position: int) -> Tree:
        return column(keys[position], source.alias, dialect)

    def leaf_of(leaf: Leaf) -> Tree:
        value = column(value_names[leaf], source.alias, dialect)
        found = exp.LogicalOr(this=value) if leaf.is_boolean else exp.Max(this=value)
        return _zero_if_null(found) if leaf.additivity is Additivity.COUNT else found

    select = exp.Select()
    select.set("from_", exp.From(this=source))
    return _finished(select, tables, plan, key_of, leaf_of)


def _union(selected: list[tuple[str, list[str]]], keys: list[str], tables: TablesBuilder, dialect: str) -> exp.Subquery:
    """All aggregations under each other, each with NULL for the others' values.

    Two at a time: in a union of three, PostgreSQL would type a column by the first two, and two NULLs are text.
    """
    name, values = selected[0]
    union: exp.Query | None = None
    for other, more in selected[1:]:
        if union is not None:
            name = tables.add("combined", union)
        union = exp.Union(
            this=_padded(name, keys, values, more, dialect, first=True),
            expression=_padded(other, keys, more, values, dialect, first=False),
            distinct=False,
        )
        values = values + more
    query = union if union is not None else _padded(name, keys, values, [], dialect, first=True)
    return exp.Subquery(this=query, alias=exp.TableAlias(this=identifier(tables.names.take("combined"), dialect)))


def _padded(name: str, keys: list[str], own: list[str], others: list[str], dialect: str, *, first: bool) -> exp.Select:
    def as_it_is(value: str) -> Tree:
        return column(value, name, dialect)

    def absent(value: str) -> Tree:
        return exp.Alias(this=exp.Null(), alias=identifier(value, dialect))

    values = [as_it_is(value) for value in own]
    padding = [absent(value) for value in others]
    select = exp.Select(
        expressions=[*(as_it_is(key) for key in keys), *(values + padding if first else padding + values)]
    )
    select.set("from_", exp.From(this=made_table(name, dialect)))
    return select


def _finished(select: exp.Select, tables: TablesBuilder, plan: QueryPlan, key_of: KeyOf, leaf_of: LeafOf) -> exp.Select:
    """The columns asked for, the groups that pass, in order, up to the limit."""
    query, dialect = plan.query, tables.index.dialect

    def measured(formula: Formula) -> Tree:
        zero_sums = len(formula.homes) > 1

        def place(leaf: Leaf) -> Tree:
            tree = leaf_of(leaf)
            return _zero_if_null(tree) if zero_sums and leaf.additivity is Additivity.SUM else tree

        return with_leaves(formula, place)

    def value_of(position: int) -> Tree:
        if position < len(query.dimensions):
            return key_of(position)
        return measured(query.measures[position - len(query.dimensions)].formula)

    select.set(
        "expressions",
        [
            exp.Alias(this=value_of(position), alias=identifier(named.alias, dialect))
            for position, named in enumerate(query.names)
        ],
    )
    if query.dimensions:
        select.set("group", exp.Group(expressions=[key_of(position) for position in range(len(query.dimensions))]))
    having = conjunction(
        [
            substituted(measured(clause.formula), field_node, tables.table)
            if clause.formula.sources
            else measured(clause.formula)
            for clause in query.group_clauses
        ]
    )
    if having is not None:
        select.set("having", exp.Having(this=having))
    if query.ordering:
        by = [(item.position, item.direction is Direction.DESC) for item in query.ordering]
        if query.limit is not None:
            by += [(position, False) for position in _ties(plan)]
        order = [
            exp.Ordered(
                this=_operand(value_of(position)), desc=desc, nulls_first=False, **_marks(tables.index, plan, position)
            )
            for position, desc in by
        ]
        select.set("order", exp.Order(expressions=order))
    if query.limit is not None:
        select.set("limit", exp.Limit(expression=exp.Literal.number(query.limit)))
    return select


def _operand(tree: Tree) -> Tree:
    """A condition in parentheses: where a dialect has no NULLS LAST, the generator writes IS NULL behind it."""
    return exp.Paren(this=tree) if isinstance(tree, exp.Connector | exp.Not | exp.Predicate) else tree


def _ties(plan: QueryPlan) -> list[int]:
    """What decides between rows that are alike, so that the same ones are inside the limit every time."""
    named = {item.position for item in plan.query.ordering}
    return [position for position in range(len(plan.query.dimensions)) if position not in named]


def _marks(index: ModelIndex, plan: QueryPlan, position: int) -> dict[str, bool]:
    """Whether the order by a column is one of times as they are stored (`MOMENTS`)."""
    dimensions = plan.query.dimensions
    if position < len(dimensions):
        dimension = dimensions[position]
        is_time = dimension.granularity is None and type_of(index, dimension.field) is ColumnType.TIME
    else:
        formula = plan.query.measures[position - len(dimensions)].formula
        is_time = isinstance(formula.tree, exp.Placeholder) and MOMENTS in formula.leaves[0].aggregate.tree.args
    return {MOMENTS: True} if is_time else {}


def _zero_if_null(tree: Tree) -> Tree:
    return exp.Coalesce(this=tree, expressions=[exp.Literal.number(0)])


def _value_names(plan: QueryPlan, leaves: list[Leaf], names: Names) -> dict[Leaf, str]:
    """A leaf that is a measure of the answer by itself has its name."""
    wanted = {
        measure.formula.leaves[0]: named.alias
        for measure, named in zip(plan.query.measures, plan.query.names[len(plan.query.dimensions) :], strict=True)
        if isinstance(measure.formula.tree, exp.Placeholder)
    }
    return {leaf: names.take(wanted.get(leaf) or "value_1") for leaf in leaves}
