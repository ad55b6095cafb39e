"""The operations of `core`, declared."""

from ktx_runtime.api import Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="semantic-query",
        path="/semantic-layer/query",
        summary="compile a semantic query to SQL",
        request="ktx_core.semantic.wire:QueryRequest",
        response="ktx_core.semantic.wire:QueryResponse",
        handler="ktx_core.semantic.handlers:query",
    ),
)
