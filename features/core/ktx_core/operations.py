"""The operations of `core`, declared."""

from ktx_runtime.api import Operation, Spread

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="semantic-query",
        path="/semantic-layer/query",
        summary="compile a semantic query to SQL",
        request="ktx_core.semantic.wire:QueryRequest",
        response="ktx_core.semantic.wire:QueryResponse",
        handler="ktx_core.semantic.handlers:query",
    ),
    Operation(
        name="semantic-validate",
        path="/semantic-layer/validate",
        summary="say everything that is wrong with a semantic model",
        request="ktx_core.semantic.validation_wire:ValidateRequest",
        response="ktx_core.semantic.validation_wire:ValidateResponse",
        handler="ktx_core.semantic.handlers:validate",
    ),
    Operation(
        name="semantic-generate-sources",
        path="/semantic-layer/generate-sources",
        summary="make semantic sources out of scanned tables",
        request="ktx_core.generation.wire:GenerateSourcesRequest",
        response="ktx_core.generation.wire:GenerateSourcesResponse",
        handler="ktx_core.generation.handlers:generate",
    ),
    Operation(
        name="sql-parse-table-identifier",
        path="/sql/parse-table-identifier",
        summary="say which table a piece of SQL names",
        request="ktx_core.sql.wire:ParseIdentifiersRequest",
        response="ktx_core.sql.wire:ParseIdentifiersResponse",
        handler="ktx_core.sql.handlers:parse_identifiers",
    ),
    Operation(
        name="sql-validate-read-only",
        path="/sql/validate-read-only",
        summary="say whether a statement only reads",
        request="ktx_core.sql.wire:ReadOnlyRequest",
        response="ktx_core.sql.wire:ReadOnlyResponse",
        handler="ktx_core.sql.handlers:validate_read_only",
    ),
    Operation(
        name="sql-analyze-batch",
        path="/sql/analyze-batch",
        summary="say which tables and columns statements touch",
        request="ktx_core.sql.wire:AnalyzeBatchRequest",
        response="ktx_core.sql.wire:AnalyzeBatchResponse",
        handler="ktx_core.sql.handlers:analyze",
        timeout_seconds=300.0,
        concurrency=2,
        max_body_bytes=64 * 1024 * 1024,
        # About a third of a second of parsing, which is what a process costs that does not run yet.
        cpu_bound_from_bytes=64 * 1024,
        spread=Spread(split="ktx_core.sql.parts:split", merge="ktx_core.sql.parts:merge"),
    ),
    Operation(
        name="database-introspect",
        path="/database/introspect",
        summary="describe the tables and views of a database",
        request="ktx_core.database.wire:IntrospectRequest",
        response="ktx_core.database.wire:IntrospectResponse",
        handler="ktx_core.database.handlers:introspect",
        timeout_seconds=600.0,
    ),
)
