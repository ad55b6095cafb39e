"""Continuous percentiles under the name that the dialect has for them."""

from sqlglot import exp

from semantic_layer.expressions import Tree
from semantic_layer.expressions.functions import is_percentile


def lower_percentiles(node: Tree, dialect: str) -> Tree | None:
    """ClickHouse's `quantileExactInclusive` and Databricks' `percentile` are SQL's PERCENTILE_CONT.

    What sqlglot would write there samples (`quantile`) or approximates (`percentile_approx`): other numbers.
    """
    if dialect not in ("clickhouse", "databricks") or not isinstance(node, exp.WithinGroup) or not is_percentile(node):
        return None
    value, fraction = node.expression.expressions[0].this, node.this.this
    if dialect == "databricks":
        return exp.Anonymous(this="PERCENTILE", expressions=[value, fraction])
    double = exp.DataType(this=exp.DType.DOUBLE, nested=False)  # it takes no decimals
    exact = exp.Cast(this=value, to=double)
    return exp.ParameterizedAgg(this="quantileExactInclusive", expressions=[fraction], params=[exact])
