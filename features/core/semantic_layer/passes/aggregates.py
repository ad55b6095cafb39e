"""Aggregates that a dialect lacks, or computes in a type that loses digits."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree
from semantic_layer.expressions.functions import is_percentile

_MOMENTS = (exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop)
_PAIRS = (exp.Corr, exp.CovarPop, exp.CovarSamp)
_SHAPES = (exp.Mode, exp.Kurtosis, exp.Skewness)
_PICKS = (exp.ArgMax, exp.ArgMin)

ABSENT: dict[str, tuple[type[exp.Expr], ...]] = {
    "sqlite": (*_MOMENTS, *_PAIRS, *_SHAPES, *_PICKS, exp.ArrayAgg),
    "mysql": (*_PAIRS, *_SHAPES, *_PICKS, exp.ArrayAgg),
    "postgres": (*_SHAPES, *_PICKS),
    "clickhouse": _SHAPES,
    "tsql": (*_PAIRS, *_SHAPES, *_PICKS, exp.ArrayAgg),
}
"""What the dialect has no function for."""

_WITHOUT_ESTIMATES = frozenset({"sqlite", "mysql", "postgres"})

AVERAGES_IN_THE_ARGUMENTS_TYPE = frozenset({"clickhouse", "mysql", "redshift", "snowflake", "trino", "tsql"})
"""AVG of integers is an integer (T-SQL, Redshift), or has as many decimals as the type and a few, or is taken of a sum
that runs over its 64 bits (ClickHouse)."""

PERCENTILES_IN_THE_ARGUMENTS_TYPE = frozenset({"duckdb", "redshift", "snowflake"})
"""PERCENTILE_CONT of a decimal is rounded to the decimal's scale."""


def refuse_absent_aggregates(node: Tree, dialect: str) -> Tree | None:
    """Refuse by name what the dialect lacks; a count of distinct values stands in for its estimate."""
    if isinstance(node, exp.ApproxDistinct) and dialect in _WITHOUT_ESTIMATES:
        return exp.Count(this=exp.Distinct(expressions=[node.this]))
    if isinstance(node, ABSENT.get(dialect, ())):
        raise SemanticError(
            "unsupported-in-dialect",
            f"{dialect} has no aggregate {node.key}(…)",
            hint="declare the measure with what the database has, or ask a database that has it",
        )
    return None


def widen_aggregates(node: Tree, dialect: str) -> Tree | None:
    """Averages and percentiles are taken of doubles where the argument's own type would cut their digits."""
    if isinstance(node, exp.Avg) and dialect in AVERAGES_IN_THE_ARGUMENTS_TYPE:
        holder = node.this if isinstance(node.this, exp.Distinct) else None
        if holder is None:
            node.set("this", _double(node.this))
        else:
            holder.set("expressions", [_double(part) for part in holder.expressions])
    elif is_percentile(node) and dialect in PERCENTILES_IN_THE_ARGUMENTS_TYPE:
        ordered = node.args["expression"].expressions[0]
        ordered.set("this", _double(ordered.this))
    return None


def _double(tree: Tree) -> Tree:
    if isinstance(tree, exp.Cast) and tree.to.this is exp.DType.DOUBLE:
        return tree
    return exp.Cast(this=tree, to=exp.DataType(this=exp.DType.DOUBLE, nested=False))
