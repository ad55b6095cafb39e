"""Names as they are written, taken apart without guessing where a dot belongs."""

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree, parse_expression

Parts = tuple[str, ...]


def column_parts(node: Tree) -> Parts | None:
    """The parts of a column reference, outermost first; None when the node is none."""
    if isinstance(node, exp.Column):
        return tuple(part.name for part in node.parts)
    if isinstance(node, exp.Dot):
        left, right = column_parts(node.this), node.expression
        return (*left, right.name) if left and isinstance(right, exp.Identifier) else None
    return None


def text_parts(text: str) -> Parts:
    """The parts of a name that is not SQL: cut at every dot; `splits` joins them again as the model has them."""
    return tuple(text.split("."))


def quoted_parts(text: str, dialect: str) -> Parts | None:
    """The parts of a name in SQL's quotes: `orders."total sales"`. None for a text that is no such name."""
    if not any(quote in text for quote in '"`['):
        return None
    try:
        return column_parts(parse_expression(text, dialect, comments=False))
    except SemanticError:
        return None


def splits(parts: Parts) -> Iterator[tuple[str, str]]:
    """Every way to read the parts as (source, name): dots may belong to either."""
    for cut in range(1, len(parts)):
        yield ".".join(parts[:cut]), ".".join(parts[cut:])
