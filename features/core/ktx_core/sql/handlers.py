"""The handlers of the operations on SQL: wire models to `semantic_layer.sql_analysis` and back."""

from ktx_core.sql.batch import analyze_here
from ktx_core.sql.wire import (
    AnalyzeBatchRequest,
    AnalyzeBatchResponse,
    IdentifierResult,
    ParseIdentifiersRequest,
    ParseIdentifiersResponse,
    ReadOnlyRequest,
    ReadOnlyResponse,
)
from ktx_runtime.api import OperationContext
from semantic_layer.sql_analysis import (
    IdentifierItem,
    NoTableError,
    TableIdentifier,
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


def analyze(request: AnalyzeBatchRequest, _context: OperationContext) -> AnalyzeBatchResponse:
    """Say what each statement touches.

    Raises `OperationRefused` (`unsupported-dialect`) for a dialect that cannot be read at all.
    """
    return analyze_here(request)
