"""Truth values where the dialect has none: T-SQL has conditions and bits, and neither stands in for the other."""

from sqlglot import exp

from semantic_layer.expressions import Tree


def lower_booleans(node: Tree, dialect: str) -> Tree | None:
    """A condition as a value becomes CASE; BOOL_OR and BOOL_AND become MAX and MIN over it."""
    if isinstance(node, exp.LogicalOr | exp.LogicalAnd) and dialect in ("clickhouse", "mysql", "sqlite", "tsql"):
        kind = exp.Max if isinstance(node, exp.LogicalOr) else exp.Min
        return kind(this=_value(node.this) if dialect == "tsql" else node.this)
    if dialect == "tsql" and isinstance(node, exp.Alias) and _is_condition(node.this):
        return exp.Alias(this=_value(node.this), alias=node.args["alias"])
    return None


def _is_condition(tree: Tree) -> bool:
    return isinstance(tree.unnest(), exp.Predicate | exp.Connector | exp.Not | exp.Exists)


def _value(tree: Tree) -> Tree:
    if not _is_condition(tree):
        return exp.Cast(this=tree, to=exp.DataType.build("INT"))
    false = exp.If(this=exp.Not(this=exp.Paren(this=tree.copy())), true=exp.Literal.number(0))
    return exp.Case(ifs=[exp.If(this=tree, true=exp.Literal.number(1)), false])
