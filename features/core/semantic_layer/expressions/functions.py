"""What is known about functions: which aggregate, which are safe under repetition, which have effects."""

from enum import StrEnum

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions.parse import position
from semantic_layer.expressions.tree import Tree


class Additivity(StrEnum):
    """How an aggregate behaves where there are no rows, or where rows repeat."""

    COUNT = "count"
    SUM = "sum"
    OTHER = "other"


NULL_SKIPPING = (
    exp.Sum,
    exp.Avg,
    exp.Min,
    exp.Max,
    exp.Count,
    exp.CountIf,
    exp.Stddev,
    exp.StddevPop,
    exp.StddevSamp,
    exp.Variance,
    exp.VariancePop,
    exp.LogicalAnd,
    exp.LogicalOr,
    exp.ApproxDistinct,
    exp.GroupConcat,
    exp.AnyValue,
    exp.BitwiseAndAgg,
    exp.BitwiseOrAgg,
    exp.BitwiseXorAgg,
)
"""Aggregates over one value that skip NULL: a filter may become a CASE around that value."""

OTHER_AGGREGATES = (
    exp.ArrayAgg,
    exp.ArgMax,
    exp.ArgMin,
    exp.Corr,
    exp.CovarPop,
    exp.CovarSamp,
    exp.Mode,
    exp.Kurtosis,
    exp.Skewness,
)
"""Aggregates that are understood, but whose filter needs a FILTER clause."""

_REPEATABLE = (exp.Min, exp.Max, exp.LogicalAnd, exp.LogicalOr, exp.ApproxDistinct, exp.BitwiseAndAgg, exp.BitwiseOrAgg)

_EFFECTS = frozenset(
    {
        "benchmark",
        "current_setting",
        "currval",
        "database_to_xml",
        "edit",
        "executable",
        "file",
        "fts3_tokenizer",
        "get_lock",
        "getenv",
        "hdfs",
        "input",
        "jdbc",
        "lastval",
        "load_extension",
        "load_file",
        "mysql",
        "nextval",
        "opendatasource",
        "openquery",
        "openrowset",
        "postgresql",
        "query_to_xml",
        "readfile",
        "release_lock",
        "remote",
        "s3",
        "set_config",
        "setval",
        "sleep",
        "sys_eval",
        "sys_exec",
        "table_to_xml",
        "txid_current",
        "url",
        "writefile",
        "xpath_table",
    }
)
_EFFECT_PREFIXES = ("pg_", "lo_", "dblink", "xp_", "sp_", "read_", "load_", "system$", "utl_", "dbms_", "ext_query")


def is_percentile(node: Tree) -> bool:
    """The one form that percentiles have after `normalised`: PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x)."""
    return isinstance(node, exp.WithinGroup) and isinstance(node.this, exp.PercentileCont)


def percentile_of(value: Tree, fraction: Tree) -> Tree:
    """The continuous percentile of `value`: linear interpolation between the two nearest rows (SQL:2003)."""
    order = exp.Order(expressions=[exp.Ordered(this=value, nulls_first=False)])
    return exp.WithinGroup(this=exp.PercentileCont(this=fraction), expression=order)


def is_aggregate(node: Tree) -> bool:
    """A call that makes one value of many rows."""
    return isinstance(node, exp.AggFunc | exp.WithinGroup)


def is_known_aggregate(node: Tree) -> bool:
    """An aggregate whose behaviour on NULL, on no rows and under a filter is known here."""
    if isinstance(node, exp.WithinGroup):
        return isinstance(node.this, exp.PercentileCont | exp.PercentileDisc)
    return isinstance(node, NULL_SKIPPING + OTHER_AGGREGATES)


def additivity(aggregate: Tree) -> Additivity:
    if isinstance(aggregate, exp.Count | exp.CountIf | exp.ApproxDistinct):
        return Additivity.COUNT
    if isinstance(aggregate, exp.Sum):
        return Additivity.SUM
    return Additivity.OTHER


def is_safe_under_repetition(aggregate: Tree) -> bool:
    """Whether counting a row several times cannot change the result: min, max, count distinct and their like."""
    if isinstance(aggregate, exp.Count):
        return isinstance(aggregate.this, exp.Distinct)
    return isinstance(aggregate, _REPEATABLE)


def refuse_effects(call: exp.Anonymous) -> None:
    """A query may not call what reads files, sleeps, or changes something. The driver is read-only besides."""
    name = call.name.lower()
    if name in _EFFECTS or name.startswith(_EFFECT_PREFIXES):
        raise SemanticError(
            "forbidden-function", f"the function {call.name!r} is not allowed in a query", where=position(call)
        )
