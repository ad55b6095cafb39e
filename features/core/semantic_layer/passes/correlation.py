"""Correlated subqueries, where the dialect cannot run them: refused by name."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree


def refuse_correlation(node: Tree, dialect: str) -> Tree | None:
    """ClickHouse cannot read the outer row in a value of a SELECT that also restricts its rows (NOT_IMPLEMENTED)."""
    if dialect != "clickhouse" or not isinstance(node, exp.Select) or node.args.get("where") is None:
        return None
    if any(projection.find(exp.Exists) is not None for projection in node.expressions):
        raise SemanticError(
            "unsupported-in-dialect",
            "clickhouse cannot run a measure's filter behind a one_to_many together with a filter on rows",
            hint="ask without the filter on rows, or declare a column that says what the measure's filter asks",
        )
    return None
