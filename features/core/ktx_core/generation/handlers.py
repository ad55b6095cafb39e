"""The handler of `semantic-generate-sources`: wire models to `semantic_layer.generation` and back."""

from ktx_core.generation.wire import GenerateSourcesRequest, GenerateSourcesResponse, Notice, Table
from ktx_runtime.api import OperationContext, OperationRefused
from semantic_layer.generation import ScannedColumn, ScannedLink, ScannedTable, generate_sources
from semantic_layer.sql_analysis import SUPPORTED, UnsupportedDialectError


def generate(request: GenerateSourcesRequest, _context: OperationContext) -> GenerateSourcesResponse:
    """Make one source a table.

    Raises `OperationRefused` (`unsupported-dialect`).
    """
    links = (
        ScannedLink(link.from_table, link.from_column, link.to_table, link.to_column, link.relationship_type)
        for link in request.links
    )
    try:
        generated = generate_sources(map(_scanned, request.tables), links, dialect=request.dialect)
    except UnsupportedDialectError as error:
        raise OperationRefused(
            f"unsupported SQL dialect {request.dialect[:40]!r}",
            code="unsupported-dialect",
            hint=f"one of: {', '.join(SUPPORTED)}",
        ) from error
    return GenerateSourcesResponse(
        sources=generated.sources,
        source_count=len(generated.sources),
        warnings=tuple(Notice(code=warning.code, message=warning.message) for warning in generated.warnings),
    )


def _scanned(table: Table) -> ScannedTable:
    columns = tuple(
        ScannedColumn(column.name, column.type, column.primary_key, column.nullable, column.comment)
        for column in table.columns
    )
    return ScannedTable(table.name, columns, table.catalog, table.db, table.comment)
