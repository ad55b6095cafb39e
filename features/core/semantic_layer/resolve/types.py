"""What is known about types: enough to refuse a sum of texts and a filter that is no condition."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import SELF, Tree, field_at, position
from semantic_layer.graph import ModelIndex, type_of
from semantic_layer.model import ColumnType

_NUMERIC = (exp.Sum, exp.Avg, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop)
_BOOLEAN = (exp.Predicate, exp.Boolean, exp.Null, exp.Case, exp.If, exp.Coalesce, exp.Exists)


def require_boolean(index: ModelIndex, tree: Tree, source: str | None = None) -> None:
    """Refuse a tree that cannot be a condition. `source` is the one that SELF stands for."""
    inner = tree.unnest()
    if isinstance(inner, exp.Connector):
        require_boolean(index, inner.this, source)
        require_boolean(index, inner.expression, source)
    elif isinstance(inner, exp.Not):
        require_boolean(index, inner.this, source)
    elif not _may_be_boolean(index, inner, source):
        field = field_at(inner)
        named = f", {field.column!r} is none" if field else ""
        raise SemanticError(
            "not-boolean", f"a filter is a condition that is true or false{named}", where=position(inner)
        )


def require_numeric_arguments(index: ModelIndex, aggregate: Tree, source: str) -> None:
    """Refuse the sum, average or percentile of a column that is declared as text or time."""
    value = aggregate.this
    if isinstance(aggregate, exp.WithinGroup):
        value = aggregate.expression.expressions[0].this
    elif not isinstance(aggregate, _NUMERIC):
        return
    if isinstance(value, exp.Distinct):
        value = value.expressions[0]
    field = field_at(value.unnest())
    kind = type_of(index, field, {SELF: source}) if field else None
    if field and kind in (ColumnType.STRING, ColumnType.TIME) and kind:
        name = "percentile" if isinstance(aggregate, exp.WithinGroup) else aggregate.key
        raise SemanticError(
            "type-mismatch",
            f"{name}(…) needs a number, {field.column!r} is a {kind.value}",
            where=position(aggregate),
            hint="use count, count_distinct, min or max",
        )


def _may_be_boolean(index: ModelIndex, tree: Tree, source: str | None) -> bool:
    if isinstance(tree, exp.Column):
        field = field_at(tree)
        return field is None or type_of(index, field, {SELF: source} if source else None) in (ColumnType.BOOLEAN, None)
    if isinstance(tree, exp.Cast):
        return tree.is_type(exp.DType.BOOLEAN)
    if isinstance(tree, _BOOLEAN):
        return True
    return isinstance(tree, exp.Anonymous | exp.Func) and not isinstance(tree, exp.AggFunc | exp.Literal)
