"""Analysing a batch of statements in this process: wire models to `semantic_layer.sql_analysis` and back."""

from ktx_core.sql.wire import (
    AnalysisResult,
    AnalyzeBatchRequest,
    AnalyzeBatchResponse,
    Catalog,
    ColumnsByClause,
    TouchedTable,
)
from ktx_runtime.api import OperationRefused
from semantic_layer.sql_analysis import (
    KnownTable,
    KnownTables,
    Statement,
    StatementAnalysis,
    TableName,
    analyze_batch,
)


def analyze_here(request: AnalyzeBatchRequest) -> AnalyzeBatchResponse:
    """Say what each statement touches. Raises `OperationRefused` (`unsupported-dialect`)."""
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
