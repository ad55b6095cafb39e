"""The one way in: sources and a query go in, SQL and its plan come out."""

from collections.abc import Mapping, Sequence

from semantic_layer.compiled import CompiledQuery
from semantic_layer.errors import SemanticError
from semantic_layer.model import parse_query, parse_source


def compile_query(
    sources: Sequence[Mapping[str, object]], query: Mapping[str, object], *, dialect: str = "postgres"
) -> CompiledQuery:
    """Compile one query over a model for one dialect. Raises SemanticError, and computes nothing, when it cannot."""
    for source in sources:
        parse_source(source)
    parse_query(query)
    raise SemanticError("not-supported", f"queries are not compiled yet for {dialect}")
