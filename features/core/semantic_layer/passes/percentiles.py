"""Continuous percentiles under the name that the dialect has for them."""

from sqlglot import exp

from semantic_layer.expressions import Tree
from semantic_layer.expressions.functions import is_percentile


def lower_percentiles(node: Tree, dialect: str) -> Tree | None:
    """ClickHouse's `quantileExactInclusive` is SQL's PERCENTILE_CONT; its plain `quantile` samples."""
    if dialect != "clickhouse" or not isinstance(node, exp.WithinGroup) or not is_percentile(node):
        return None
    double = exp.DataType(this=exp.DType.DOUBLE, nested=False)
    value = exp.Cast(this=node.expression.expressions[0].this, to=double)  # it takes no decimals
    return exp.ParameterizedAgg(this="quantileExactInclusive", expressions=[node.this.this], params=[value])
