"""Joins that a dialect cannot run: refused by name, before the engine refuses them."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree


def refuse_unjoinable(node: Tree, dialect: str) -> Tree | None:
    """ClickHouse joins by keys: every alternative of `on` needs one comparison of the two sides."""
    if dialect != "clickhouse" or not isinstance(node, exp.Join):
        return None
    on = node.args.get("on")
    if on is not None and not _has_keys(on, node.alias_or_name):
        raise SemanticError(
            "unsupported-in-dialect",
            f"clickhouse cannot join {node.alias_or_name!r} without a comparison of both sides",
            hint="add one to every alternative of the join's on",
        )
    return None


def _has_keys(tree: Tree, far: str) -> bool:
    tree = tree.unnest()
    if isinstance(tree, exp.Or):
        return _has_keys(tree.this, far) and _has_keys(tree.expression, far)
    if isinstance(tree, exp.And):
        return _has_keys(tree.this, far) or _has_keys(tree.expression, far)
    if isinstance(tree, exp.Between):
        return any(_between(tree.this, bound, far) for bound in (tree.args["low"], tree.args["high"]))
    if isinstance(tree, exp.EQ | exp.NullSafeEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        return _between(tree.this, tree.expression, far)
    return False


def _between(left: Tree, right: Tree, far: str) -> bool:
    """Whether one operand is the far side's alone and the other none of its."""
    sides = [{column.table for column in side.find_all(exp.Column)} for side in (left, right)]
    return any(one == {far} and other and far not in other for one, other in (sides, sides[::-1]))
