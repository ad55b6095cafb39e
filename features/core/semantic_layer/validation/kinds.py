"""The kind of value an expression has, as far as the text and the declared column types tell it."""

from collections.abc import Callable

from sqlglot import exp

from semantic_layer.expressions import Tree
from semantic_layer.model import ColumnType

KindOfColumn = Callable[[Tree], ColumnType | None]
"""The type of a column reference; None when it is not known."""

_NUMBERS = (
    exp.Neg, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Abs, exp.Round,
    exp.Floor, exp.Ceil, exp.Length, exp.Extract, exp.Year, exp.Month, exp.Day, exp.DateDiff, exp.Stddev,
    exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop, exp.Median, exp.Sqrt, exp.Pow, exp.Sign, exp.Ln,
)  # fmt: skip
_STRINGS = (exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Concat, exp.DPipe, exp.Replace, exp.Left, exp.Right)
_TIMES = (
    exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentDatetime, exp.CurrentTime, exp.DateTrunc, exp.TimestampTrunc,
    exp.DateAdd, exp.DateSub,
)  # fmt: skip
_OF_ITS_ARGUMENT = (exp.Paren, exp.Coalesce, exp.Nullif, exp.Min, exp.Max, exp.AnyValue, exp.Filter)
_BOOLEANS = (exp.Predicate, exp.Connector, exp.Not, exp.Boolean, exp.Exists, exp.LogicalAnd, exp.LogicalOr)
_FAMILIES = (
    (_BOOLEANS, ColumnType.BOOLEAN),
    (_NUMBERS, ColumnType.NUMBER),
    (_STRINGS, ColumnType.STRING),
    (_TIMES, ColumnType.TIME),
)
_DATA_TYPES = (
    (exp.DataType.TEXT_TYPES, ColumnType.STRING),
    (exp.DataType.NUMERIC_TYPES, ColumnType.NUMBER),
    (exp.DataType.TEMPORAL_TYPES, ColumnType.TIME),
    ({exp.DType.BOOLEAN}, ColumnType.BOOLEAN),
)


def kind_of(tree: Tree, kind_of_column: KindOfColumn) -> ColumnType | None:
    """The type of the value, None when it cannot be told. A string literal tells nothing: it may stand for a date."""
    if isinstance(tree, exp.Column | exp.Dot):
        return kind_of_column(tree)
    if isinstance(tree, _OF_ITS_ARGUMENT):
        return kind_of(tree.this, kind_of_column)
    known = next((kind for family, kind in _FAMILIES if isinstance(tree, family)), None)
    return known or _kind_by_parts(tree, kind_of_column)


def _kind_by_parts(tree: Tree, kind_of_column: KindOfColumn) -> ColumnType | None:
    match tree:
        case exp.Cast():
            return next((kind for family, kind in _DATA_TYPES if tree.to.this in family), None)
        case exp.Case():
            branches = [branch.args.get("true") for branch in tree.args.get("ifs", [])]
            return _shared([*branches, tree.args.get("default")], kind_of_column)
        case exp.If():
            return _shared([tree.args.get("true"), tree.args.get("false")], kind_of_column)
        case exp.Add() | exp.Sub():
            both = [kind_of(side, kind_of_column) for side in (tree.this, tree.expression)]
            return ColumnType.NUMBER if both == [ColumnType.NUMBER] * 2 else None
        case exp.Literal() if not tree.is_string:
            return ColumnType.NUMBER
    return None


def _shared(branches: list[Tree | None], kind_of_column: KindOfColumn) -> ColumnType | None:
    """The one kind that all branches have; NULL has none and fits any."""
    kinds = {
        kind_of(branch, kind_of_column)
        for branch in branches
        if branch is not None and not isinstance(branch, exp.Null)
    }
    return kinds.pop() if len(kinds) == 1 else None
