"""What is known about types: enough to refuse a sum of texts and a filter that is no condition."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import SELF, Tree, field_at, fresh, grouped, position
from semantic_layer.graph import MOMENTS, ModelIndex, kind, type_of
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
    known = type_of(index, field, {SELF: source}) if field else None
    if field and known in (ColumnType.STRING, ColumnType.TIME) and known:
        name = "percentile" if isinstance(aggregate, exp.WithinGroup) else aggregate.key
        raise SemanticError(
            "type-mismatch",
            f"{name}(…) needs a number, {field.column!r} is a {known.value}",
            where=position(aggregate),
            hint="use count, count_distinct, min or max",
        )


def with_common_meaning(index: ModelIndex, aggregate: Tree, source: str) -> Tree:
    """The aggregate in a form that means the same on every engine, for what it is taken of.

    The largest of truth values is whether any is true, the least whether all are; to a sum or an average true is 1 and
    false 0. The first and the last of times are marked (`MOMENTS`).
    """
    ordered = aggregate.expression.expressions[0] if isinstance(aggregate, exp.WithinGroup) else None
    value = ordered.this if ordered is not None else aggregate.this
    if not isinstance(aggregate, (exp.Max, exp.Min, exp.WithinGroup, *_NUMERIC)) or isinstance(value, exp.Distinct):
        return aggregate

    def of_field(node: Tree) -> ColumnType | None:
        field = field_at(node)
        return None if field is None else type_of(index, field, {SELF: source})

    known = kind(value, of_field)
    if known is ColumnType.TIME and isinstance(aggregate, exp.Max | exp.Min):
        aggregate.args[MOMENTS] = True
    if known is not ColumnType.BOOLEAN:
        return aggregate
    if isinstance(aggregate, exp.Max | exp.Min):
        return (exp.LogicalOr if isinstance(aggregate, exp.Max) else exp.LogicalAnd)(this=value)
    (ordered if ordered is not None else aggregate).set("this", _as_number(value))
    return aggregate


def _as_number(value: Tree) -> exp.Case:
    numbers = ((True, exp.Literal.number(1)), (False, exp.Literal.number(0)))
    return exp.Case(ifs=[exp.If(this=_is(value, truth=truth), true=number) for truth, number in numbers])


def _is(value: Tree, *, truth: bool) -> Tree:
    """A condition stands for itself: where truth values are no values, only columns are compared with them."""
    if not isinstance(value.unnest(), exp.Predicate | exp.Connector | exp.Not):
        return exp.EQ(this=grouped(fresh(value)), expression=exp.Boolean(this=truth))
    return fresh(value) if truth else exp.Not(this=exp.Paren(this=fresh(value)))


def _may_be_boolean(index: ModelIndex, tree: Tree, source: str | None) -> bool:
    if isinstance(tree, exp.Column):
        field = field_at(tree)
        return field is None or type_of(index, field, {SELF: source} if source else None) in (ColumnType.BOOLEAN, None)
    if isinstance(tree, exp.Cast):
        return tree.is_type(exp.DType.BOOLEAN)
    if isinstance(tree, _BOOLEAN):
        return True
    return isinstance(tree, exp.Anonymous | exp.Func) and not isinstance(tree, exp.AggFunc | exp.Literal)
