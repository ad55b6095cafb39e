"""The operations of `embeddings`, declared."""

from ktx_runtime.api import Operation

_MOST_BYTES = 64 * 1024 * 1024
"""A hundred texts may be long; what lies behind their first hundreds of words is cut off unread."""

_AT_ONCE = 512
"""They only wait: the queue before the model is what bounds them."""

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="embedding-compute",
        path="/embeddings/compute",
        summary="turn one text into a vector",
        request="ktx_embeddings.wire:ComputeRequest",
        response="ktx_embeddings.wire:ComputeResponse",
        handler="ktx_embeddings.handlers:compute",
        timeout_seconds=300.0,
        concurrency=_AT_ONCE,
        max_body_bytes=_MOST_BYTES,
    ),
    Operation(
        name="embedding-compute-bulk",
        path="/embeddings/compute-bulk",
        summary="turn up to 100 texts into vectors",
        request="ktx_embeddings.wire:BulkRequest",
        response="ktx_embeddings.wire:BulkResponse",
        handler="ktx_embeddings.handlers:compute_bulk",
        timeout_seconds=300.0,
        concurrency=_AT_ONCE,
        max_body_bytes=_MOST_BYTES,
    ),
    Operation(
        name="embedding-openai",
        path="/v1/embeddings",
        summary="turn texts into vectors, in the shape of OpenAI's API",
        request="ktx_embeddings.openai_wire:OpenAIRequest",
        response="ktx_embeddings.openai_wire:OpenAIResponse",
        handler="ktx_embeddings.handlers:openai",
        timeout_seconds=600.0,
        concurrency=_AT_ONCE,
        max_body_bytes=_MOST_BYTES,
    ),
)
