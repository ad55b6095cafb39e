"""IN over a nested query, where the dialect's answer is not SQL's: refused by name."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree, reads_outer_row


def refuse_membership(node: Tree, dialect: str) -> Tree | None:
    """ClickHouse leaves NULLs out of the set, so that NOT IN finds rows that SQL does not; and IN cannot correlate."""
    if dialect != "clickhouse" or not isinstance(node, exp.In) or not node.args.get("query"):
        return None
    if _is_negated(node):
        raise SemanticError(
            "unsupported-in-dialect",
            "clickhouse answers NOT IN over a query with NULLs otherwise than SQL",
            hint="write not exists (select 1 from … where …)",
        )
    if reads_outer_row(node.args["query"]):
        raise SemanticError(
            "unsupported-in-dialect",
            "clickhouse cannot run IN over a query that reads the outer row",
            hint="write exists (select 1 from … where …)",
        )
    return None


def _is_negated(node: Tree) -> bool:
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    return isinstance(parent, exp.Not)
