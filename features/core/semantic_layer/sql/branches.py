"""The SELECT of one aggregation."""

from collections.abc import Sequence

from sqlglot import exp

from semantic_layer.expressions import Tree, conjunction, fresh, grouped
from semantic_layer.expressions.functions import is_percentile
from semantic_layer.expressions.identifiers import Names, column, identifier
from semantic_layer.frozen import frozen
from semantic_layer.graph import ModelIndex, Path
from semantic_layer.plan import FactPlan, MembersPlan, QueryPlan
from semantic_layer.resolve import Dimension, Leaf, RowClause
from semantic_layer.sql.aggregates import aggregate, percentile_value
from semantic_layer.sql.conditions import condition
from semantic_layer.sql.joins import FromBuilder
from semantic_layer.sql.staging import needs_staging, staged
from semantic_layer.sql.tables import TablesBuilder
from semantic_layer.sqlglot_dialect import sqlglot_dialect

WINDOWED_PERCENTILES = frozenset({"bigquery", "mysql", "sqlite", "trino", "tsql"})
"""Dialects without an exact percentile aggregate: theirs is taken from numbered rows."""


@frozen
class Branch:
    """One aggregation over the rows of one fact. `windowed` marks a percentile that is read off numbered rows."""

    fact: FactPlan
    leaves: tuple[Leaf, ...]
    windowed: bool = False


@frozen
class Rows:
    """The FROM and WHERE of a branch with what is read from it, not yet grouped."""

    select: exp.Select
    keys: tuple[Tree, ...]
    values: dict[Leaf, Tree]


def branches(plan: QueryPlan, dialect: str) -> list[Branch]:
    """A branch for each fact; where the dialect needs it, one more for each percentile."""
    found = []
    for fact in plan.facts:
        apart = [leaf for leaf in fact.leaves if dialect in WINDOWED_PERCENTILES and is_percentile(leaf.aggregate.tree)]
        together = tuple(leaf for leaf in fact.leaves if leaf not in apart)
        if together or not apart:
            found.append(Branch(fact, together))
        found.extend(Branch(fact, (leaf,), windowed=True) for leaf in apart)
    return found


def branch_rows(index: ModelIndex, tables: TablesBuilder, branch: Branch, dimensions: Sequence[Dimension]) -> Rows:
    """The rows of a fact, restricted and joined; values are aggregates, or what a percentile is taken of."""
    rows = FromBuilder(index, tables, branch.fact.role, Names())
    keys = _keys(rows, dimensions, branch.fact.dimension_paths)
    make = percentile_value if branch.windowed else aggregate
    values = {leaf: make(rows, leaf) for leaf in branch.leaves}
    select = _select(rows, branch.fact.clauses)
    if needs_staging(values, index.dialect) and not branch.windowed:
        select, keys, values = staged(select, keys, values, index.dialect)
    return Rows(select, keys, values)


def member_rows(
    index: ModelIndex, tables: TablesBuilder, members: MembersPlan, dimensions: Sequence[Dimension]
) -> Rows:
    """The dimension members themselves."""
    rows = FromBuilder(index, tables, members.role, Names())
    keys = _keys(rows, dimensions, members.dimension_paths)
    return Rows(_select(rows, members.clauses), keys, {})


def grouped_select(rows: Rows, key_names: Sequence[str], value_names: dict[Leaf, str], dialect: str) -> exp.Select:
    """Keys and aggregates under names of their own, one row a group."""
    named = [_as(key, name, dialect) for key, name in zip(rows.keys, key_names, strict=True)]
    named += [_as(value, value_names[leaf], dialect) for leaf, value in rows.values.items()]
    rows.select.set("expressions", named)
    if rows.keys:
        rows.select.set("group", exp.Group(expressions=[fresh(key) for key in rows.keys]))
    return rows.select


def percentile_select(rows: Rows, key_names: Sequence[str], value_names: dict[Leaf, str], dialect: str) -> exp.Select:
    """A continuous percentile per group without a function for it: number the rows, interpolate between two.

    The position p * (n - 1) counts from 0, as in SQL:2003's PERCENTILE_CONT; NULLs are numbered last and not counted.
    """
    ((leaf, value),) = rows.values.items()
    names = Names(key_names)
    value_name, row_name, count_name = names.take("value"), names.take("row_index"), names.take("value_count")
    named = [_as(key, name, dialect) for key, name in zip(rows.keys, key_names, strict=True)]
    rows.select.set("expressions", [*named, _as(value, value_name, dialect)])

    def plain(name: str, table: str) -> exp.Column:
        return column(name, table, dialect)

    partition = {"partition_by": [plain(name, "picked") for name in key_names]} if key_names else {}
    is_null = exp.Case(
        ifs=[exp.If(this=exp.Is(this=plain(value_name, "picked"), expression=exp.Null()), true=exp.Literal.number(1))],
        default=exp.Literal.number(0),
    )
    # The first key puts NULLs last; the dialect's own order of them keeps the generator from adding another.
    own_order = sqlglot_dialect(dialect).NULL_ORDERING == "nulls_are_small"
    order = exp.Order(
        expressions=[exp.Ordered(this=key, nulls_first=own_order) for key in (is_null, plain(value_name, "picked"))]
    )
    row_index = exp.Sub(
        this=exp.Window(this=exp.RowNumber(), order=order, over="OVER", **_copied(partition)),
        expression=exp.Literal.number(1),
    )
    count = exp.Window(this=exp.Count(this=plain(value_name, "picked")), over="OVER", **_copied(partition))
    numbered = exp.Select(
        expressions=[
            *(_as(plain(name, "picked"), name, dialect) for name in key_names),
            _as(plain(value_name, "picked"), value_name, dialect),
            _as(row_index, row_name, dialect),
            _as(count, count_name, dialect),
        ]
    )
    numbered.set("from_", exp.From(this=_derived(rows.select, "picked", dialect)))
    fraction = leaf.aggregate.tree.this.this
    percentile = _interpolated(fraction, value_name, row_name, count_name, dialect)
    outer = exp.Select(
        expressions=[
            *(_as(plain(name, "numbered"), name, dialect) for name in key_names),
            _as(percentile, value_names[leaf], dialect),
        ]
    )
    outer.set("from_", exp.From(this=_derived(numbered, "numbered", dialect)))
    if key_names:
        outer.set("group", exp.Group(expressions=[plain(name, "numbered") for name in key_names]))
    return outer


def _interpolated(fraction: Tree, value_name: str, row_name: str, count_name: str, dialect: str) -> Tree:
    def value() -> Tree:
        return column(value_name, "numbered", dialect)

    def row() -> Tree:
        return column(row_name, "numbered", dialect)

    def position() -> Tree:
        rest = exp.Sub(this=column(count_name, "numbered", dialect), expression=exp.Literal.number(1))
        return exp.Mul(this=fresh(fraction), expression=exp.Paren(this=rest))

    def below() -> Tree:
        one_more = exp.Add(this=row(), expression=exp.Literal.number(1))
        return exp.And(
            this=exp.LTE(this=row(), expression=position()), expression=exp.GT(this=one_more, expression=position())
        )

    def above() -> Tree:
        one_less = exp.Sub(this=row(), expression=exp.Literal.number(1))
        return exp.And(
            this=exp.GTE(this=row(), expression=position()), expression=exp.LT(this=one_less, expression=position())
        )

    def most(when: Tree, what: Tree) -> Tree:
        return exp.Max(this=exp.Case(ifs=[exp.If(this=when, true=what)]))

    low = most(below(), value())
    step = exp.Paren(this=exp.Sub(this=most(above(), value()), expression=most(below(), value())))
    part = exp.Paren(this=exp.Sub(this=exp.Max(this=position()), expression=most(below(), row())))
    return exp.Add(this=low, expression=exp.Mul(this=step, expression=part))


def _keys(rows: FromBuilder, dimensions: Sequence[Dimension], paths: Sequence[Path]) -> tuple[Tree, ...]:
    return tuple(_key(rows, dimension, path) for dimension, path in zip(dimensions, paths, strict=True))


def _key(rows: FromBuilder, dimension: Dimension, path: Path) -> Tree:
    field = dimension.field
    tree = rows.column_at(path.edges, field.role, field.column)
    if dimension.granularity is not None:
        tree = exp.TimestampTrunc(this=tree, unit=exp.Var(this=dimension.granularity.value.upper()))
    return tree if tree.find(exp.Column) is not None else _of_a_row(rows, field.role, path, tree)


def _of_a_row(rows: FromBuilder, role: str, path: Path, constant: Tree) -> Tree:
    """A constant as a value of rows: in GROUP BY and ORDER BY a bare one is refused, or counts columns."""
    identity = rows.column_at(path.edges, role, rows.index.source_of(role).grain[0])
    there = exp.Not(this=exp.Is(this=grouped(identity), expression=exp.Null()))
    return exp.Case(ifs=[exp.If(this=there, true=constant)])


def _select(rows: FromBuilder, clauses: Sequence[RowClause]) -> exp.Select:
    """Conditions first: they may need joins."""
    where = conjunction([condition(rows, clause.expression) for clause in clauses])
    select = exp.Select()
    rows.apply(select)
    if where is not None:
        select.set("where", exp.Where(this=where))
    return select


def _derived(select: exp.Select, alias: str, dialect: str) -> exp.Subquery:
    return exp.Subquery(this=select, alias=exp.TableAlias(this=identifier(alias, dialect)))


def _as(tree: Tree, name: str, dialect: str) -> exp.Alias:
    return exp.Alias(this=tree, alias=identifier(name, dialect))


def _copied(partition: dict[str, list[exp.Column]]) -> dict[str, list[Tree]]:
    return {key: [fresh(node) for node in nodes] for key, nodes in partition.items()}
