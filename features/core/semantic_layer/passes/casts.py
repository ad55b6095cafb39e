"""Casts of NULL: NULL everywhere."""

from sqlglot import exp

from semantic_layer.expressions import Tree


def lower_casts(node: Tree, dialect: str) -> Tree | None:
    """ClickHouse refuses NULL in a cast to a type that is not Nullable."""
    if dialect != "clickhouse" or not isinstance(node, exp.Cast):
        return None
    kind = node.to
    if kind.args.get("nullable") is not False or kind.args.get("nested"):
        return None
    kind.args["nullable"] = True
    return None
