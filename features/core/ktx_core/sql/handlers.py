"""The handlers of the operations on SQL: wire models to `semantic_layer.sql_analysis` and back."""

from ktx_core.sql.parallel import analyze_in_shares
from ktx_core.sql.wire import (
    AnalysisResult,
    AnalyzeBatchRequest,
    AnalyzeBatchResponse,
    Catalog,
    ColumnsByClause,
    IdentifierResult,
    ParseIdentifiersRequest,
    ParseIdentifiersResponse,
    ReadOnlyRequest,
    ReadOnlyResponse,
    TouchedTable,
)
from ktx_runtime.api import OperationContext, OperationRefused
from semantic_layer.sql_analysis import (
    IdentifierItem,
    KnownTable,
    KnownTables,
    NoTableError,
    Statement,
    StatementAnalysis,
    TableIdentifier,
    TableName,
    analyze_batch,
    check_read_only,
    parse_table_identifiers,
)


def parse_identifiers(request: ParseIdentifiersRequest, _context: OperationContext) -> ParseIdentifiersResponse:
    """Say which table each text means. A text that means none has a reason; none fails the others."""
    results = parse_table_identifiers(
        IdentifierItem(key=item.key, text=item.sql_table_name, dialect=item.dialect) for item in request.items
    )
    return ParseIdentifiersResponse(results={key: _identifier(result) for key, result in results.items()})


def _identifier(result: TableIdentifier | NoTableError) -> IdentifierResult:
    if isinstance(result, NoTableError):
        return IdentifierResult(ok=False, reason=result.problem.value, detail=result.detail)
    return IdentifierResult(
        ok=True,
        catalog=result.catalog,
        schema=result.schema,
        name=result.name,
        canonical_table=result.canonical,
    )


def validate_read_only(request: ReadOnlyRequest, _context: OperationContext) -> ReadOnlyResponse:
    """Say whether a statement only reads."""
    verdict = check_read_only(request.sql, dialect=request.dialect)
    return ReadOnlyResponse(ok=verdict.ok, error=verdict.error)


def analyze(request: AnalyzeBatchRequest, context: OperationContext) -> AnalyzeBatchResponse:
    """Say what each statement touches.

    Raises `OperationRefused` (`unsupported-dialect`) for a dialect that cannot be read at all.
    """
    shared = analyze_in_shares(request, context)
    if shared is not None:
        return shared
    return analyze_here(request)


def analyze_here(request: AnalyzeBatchRequest) -> AnalyzeBatchResponse:
    """`analyze` in this process."""
    statements = [Statement(item.id, item.sql) for item in request.items]
    try:
        found = analyze_batch(statements, dialect=request.dialect.lower(), known=_known(request.catalog))
    except ValueError as error:
        raise OperationRefused(
            f"unknown SQL dialect {request.dialect[:40]!r}",
            code="unsupported-dialect",
            hint="name one like postgres, snowflake, bigquery, mysql or duckdb",
        ) from error
    return AnalyzeBatchResponse(results={key: _analysis(result) for key, result in found.items()})


def _known(catalog: Catalog | None) -> KnownTables:
    return KnownTables(
        KnownTable(
            TableName(table.catalog, table.db, table.name),
            tuple(column if isinstance(column, str) else column.name for column in table.columns),
        )
        for table in (catalog.tables if catalog is not None else ())
    )


def _analysis(result: StatementAnalysis) -> AnalysisResult:
    return AnalysisResult(
        tables_touched=tuple(
            TouchedTable(catalog=table.catalog, db=table.db, name=table.name) for table in result.tables
        ),
        columns_by_clause=ColumnsByClause.model_validate(result.columns),
        error=result.error,
    )
