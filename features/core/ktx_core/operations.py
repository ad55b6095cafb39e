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
    Operation(
        name="semantic-validate",
        path="/semantic-layer/validate",
        summary="say everything that is wrong with a semantic model",
        request="ktx_core.semantic.wire:ValidateRequest",
        response="ktx_core.semantic.wire:ValidateResponse",
        handler="ktx_core.semantic.handlers:validate",
    ),
)
