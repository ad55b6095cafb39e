"""Leaf aggregates as SQL, their filters inside."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree, conjunction, fresh
from semantic_layer.expressions.functions import NULL_SKIPPING
from semantic_layer.resolve import Leaf
from semantic_layer.sql.conditions import condition
from semantic_layer.sql.joins import FromBuilder

_HAVE_FILTER = frozenset({"clickhouse", "databricks", "duckdb", "postgres", "sqlite", "trino"})


def aggregate(rows: FromBuilder, leaf: Leaf) -> Tree:
    """The aggregate of a leaf over the rows of its fact."""
    tree = rows.render(leaf.aggregate.tree)
    filter_ = leaf_filter(rows, leaf)
    return tree if filter_ is None else _filtered(tree, filter_, rows.index.dialect)


def leaf_filter(rows: FromBuilder, leaf: Leaf) -> Tree | None:
    """The condition under which a row counts for a leaf."""
    return conjunction([condition(rows, filter_, inside_aggregate=True) for filter_ in leaf.filters])


def percentile_value(rows: FromBuilder, leaf: Leaf) -> Tree:
    """The value whose percentile a leaf asks for; NULL for rows that its filter leaves out."""
    value = rows.render(leaf.aggregate.tree.expression.expressions[0].this)
    filter_ = leaf_filter(rows, leaf)
    return value if filter_ is None else _when(filter_, value)


def _filtered(tree: Tree, filter_: Tree, dialect: str) -> Tree:
    if isinstance(tree, exp.WithinGroup):
        ordered = tree.expression.expressions[0]
        ordered.set("this", _when(filter_, ordered.this))
        return tree
    if not isinstance(tree, NULL_SKIPPING):
        if dialect not in _HAVE_FILTER:
            raise SemanticError("unsupported-in-dialect", f"{dialect} cannot filter inside {tree.key}(…)")
        return exp.Filter(this=tree, expression=exp.Where(this=filter_))
    value = tree.this
    if isinstance(value, exp.Star):
        tree.set("this", _when(filter_, exp.Literal.number(1)))
    elif isinstance(value, exp.Distinct):
        value.set("expressions", [_when(filter_, part) for part in value.expressions])
    elif isinstance(value, exp.Order):
        value.set("this", _when(filter_, value.this))
    else:
        tree.set("this", _when(filter_, value))
    return tree


def _when(filter_: Tree, value: Tree) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=fresh(filter_) if filter_.parent else filter_, true=value)])
