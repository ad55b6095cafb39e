"""Functions of time that a dialect lacks: refused by name, wherever an expression uses them."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree

ABSENT: dict[str, tuple[type[exp.Expr], ...]] = {"sqlite": (exp.Interval, exp.DateTrunc)}


def refuse_absent_functions(node: Tree, dialect: str) -> Tree | None:
    """SQLite would answer "no such function", or that the text is no SQL."""
    if isinstance(node, ABSENT.get(dialect, ())) or (dialect == "sqlite" and _is_truncation(node)):
        name = node.name if isinstance(node, exp.Anonymous) else node.key
        raise SemanticError(
            "unsupported-in-dialect",
            f"{dialect} has no {name.lower()}(…)",
            hint="ask for a granularity, or use strftime(…), date(…) and datetime(…)",
        )
    return None


def _is_truncation(node: Tree) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() in {"date_trunc", "timestamp_trunc"}
