"""Casts whose target a dialect reads as something else."""

from sqlglot import exp

from semantic_layer.expressions import Tree


def lower_casts(node: Tree, dialect: str) -> Tree | None:
    """ClickHouse refuses NULL in a cast to a type not Nullable; T-SQL calls the version of a row a TIMESTAMP."""
    if dialect == "tsql" and isinstance(node, exp.Cast) and node.is_type(exp.DType.TIMESTAMP, exp.DType.ROWVERSION):
        node.set("to", exp.DataType(this=exp.DType.DATETIME2, nested=False))
        return None
    if dialect != "clickhouse" or not isinstance(node, exp.Cast):
        return None
    kind = node.to
    if kind.args.get("nullable") is not False or kind.args.get("nested"):
        return None
    kind.args["nullable"] = True
    return None
