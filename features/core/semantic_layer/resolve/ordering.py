"""`order_by`: which column of the answer a name means."""

from collections.abc import Callable, Sequence

from semantic_layer.errors import SemanticError, nearest
from semantic_layer.expressions import parse_expression
from semantic_layer.graph import ModelIndex, column_parts, text_parts
from semantic_layer.model import OrderRequest
from semantic_layer.resolve.records import Dimension, Named, Ordering, RequestedMeasure


def resolve_ordering(
    index: ModelIndex,
    request: OrderRequest,
    dimensions: Sequence[Dimension],
    measures: Sequence[RequestedMeasure],
    names: Sequence[Named],
) -> Ordering:
    """The column by alias, contract name, qualified name, bare name or expression; the first kind that fits decides."""
    wanted = request.field
    columns: list[Dimension | RequestedMeasure] = [*dimensions, *measures]
    kinds: tuple[Callable[[int], bool], ...] = (
        lambda at: names[at].alias == wanted,
        lambda at: names[at].name == wanted,
        lambda at: wanted in _spellings(columns[at]),
        lambda at: _means(index, wanted, columns[at]),
        lambda at: names[at].alias.casefold() == wanted.casefold(),
    )
    for fits in kinds:
        found = [at for at in range(len(columns)) if fits(at)]
        if len(found) > 1:
            candidates = [names[at].alias for at in found]
            raise SemanticError("ambiguous-order", f"{wanted!r} could be {' or '.join(candidates)}", near=candidates)
        if found:
            return Ordering(found[0], request.direction)
    known = [text for named in names for text in (named.name, named.alias)]
    raise SemanticError(
        "unknown-order",
        f"{wanted!r} is not a column of the answer",
        near=nearest(wanted, known),
        hint=f"the answer has: {', '.join(named.name for named in names)}",
    )


def _spellings(column: Dimension | RequestedMeasure) -> tuple[str, ...]:
    if isinstance(column, Dimension):
        field = column.field
        granularity = column.granularity.value if column.granularity else ""
        bare = (column.text, field.column)
        return (*bare, *(f"{text}{sign}{granularity}" for text in bare for sign in "@._" if granularity))
    declared = (column.declared, f"{column.role}.{column.declared}", f"{column.role}_{column.declared}")
    spellings = (column.text, column.expr, *(declared if column.declared else ()))
    return tuple(text for text in spellings if text)


def _means(index: ModelIndex, wanted: str, column: Dimension | RequestedMeasure) -> bool:
    """Whether the text says the same, spaces, letter case of keywords and quotes aside."""
    try:
        tree = parse_expression(wanted, index.dialect, comments=False)
        if isinstance(column, Dimension):
            parts = column_parts(tree)
            return parts is not None and ".".join(parts) in (column.text, column.field.column)
        return tree == parse_expression(column.text, index.dialect, comments=False) or column_parts(tree) == (
            text_parts(f"{column.role}.{column.declared}") if column.declared else None
        )
    except SemanticError:
        return False
