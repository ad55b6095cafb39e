"""Truth values where the dialect has none: T-SQL has conditions and bits, and neither stands in for the other."""

from sqlglot import exp

from semantic_layer.expressions import Tree, fresh


def lower_booleans(node: Tree, dialect: str) -> Tree | None:
    """A condition as a value becomes CASE; BOOL_OR and BOOL_AND become MAX and MIN over it."""
    if isinstance(node, exp.LogicalOr | exp.LogicalAnd) and dialect in ("clickhouse", "mysql", "sqlite", "tsql"):
        kind = exp.Max if isinstance(node, exp.LogicalOr) else exp.Min
        return kind(this=_value(node.this) if dialect == "tsql" else node.this)
    if dialect != "tsql" or _may_stand_there(node):
        return None
    if isinstance(node, exp.Boolean):
        return exp.Literal.number(int(node.this))
    return _value(fresh(node)) if _is_condition(node) else None


def _is_condition(tree: Tree) -> bool:
    return isinstance(tree, exp.Predicate | exp.Connector | exp.Not) and not isinstance(tree, exp.Any | exp.All)


def _may_stand_there(condition: Tree) -> bool:
    """Whether its place is one for conditions. One inside an aggregate of truth values is that one's to change."""
    top = condition
    while isinstance(top.parent, exp.Paren):
        top = top.parent
    holder = top.parent
    if isinstance(holder, exp.Join):
        return top.arg_key == "on"
    if isinstance(holder, exp.If):
        compared = isinstance(holder.parent, exp.Case) and holder.parent.this is not None
        return top.arg_key == "this" and not compared
    return holder is None or isinstance(
        holder, exp.Where | exp.Having | exp.Connector | exp.Not | exp.LogicalOr | exp.LogicalAnd
    )


def _value(tree: Tree) -> Tree:
    if not _is_condition(tree.unnest()):
        return exp.Cast(this=tree, to=exp.DataType.build("INT"))
    false = exp.If(this=exp.Not(this=exp.Paren(this=tree.copy())), true=exp.Literal.number(0))
    return exp.Case(ifs=[exp.If(this=tree, true=exp.Literal.number(1)), false])
