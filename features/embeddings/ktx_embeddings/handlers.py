"""The operations' code: queue the texts, and shape what comes of them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from ktx_embeddings.engines import engines
from ktx_embeddings.openai_wire import OpenAIEmbedding, OpenAIRequest, OpenAIResponse, OpenAIUsage
from ktx_embeddings.texts import refuse_blank
from ktx_embeddings.wire import BulkRequest, BulkResponse, ComputeRequest, ComputeResponse
from ktx_runtime.api import Embedded, OperationContext, OperationRefused

T = TypeVar("T")


def compute(request: ComputeRequest, context: OperationContext) -> Future[ComputeResponse]:
    """The vector of one text."""
    return _submit([request.text], context, lambda _, embedded: _one(embedded))


def compute_bulk(request: BulkRequest, context: OperationContext) -> Future[BulkResponse]:
    """The vectors of several texts, in their order."""
    return _submit(request.texts, context, lambda _, embedded: _several(embedded))


def openai(request: OpenAIRequest, context: OperationContext) -> Future[OpenAIResponse]:
    """The same for clients of OpenAI's API. `model` is not a choice here: the answer names what has computed."""
    texts = [request.input] if isinstance(request.input, str) else request.input
    if not all(isinstance(text, str) for text in texts):
        raise OperationRefused(
            "the input is made of token numbers, which belong to another tokenizer",
            code="tokens-not-supported",
            hint="send the texts themselves",
        )
    return _submit([str(text) for text in texts], context, lambda name, embedded: _listed(request, name, embedded))


def _submit(texts: Sequence[str], context: OperationContext, finish: Callable[[str, Embedded], T]) -> Future[T]:
    refuse_blank(texts)
    return engines().engine(context.environment).submit(texts, finish)


# What we computed needs no validation: `model_construct` spares looking at every number.


def _one(embedded: Embedded) -> ComputeResponse:
    return ComputeResponse.model_construct(embedding=embedded.vectors[0].tolist())


def _several(embedded: Embedded) -> BulkResponse:
    return BulkResponse.model_construct(embeddings=embedded.vectors.tolist())


def _listed(request: OpenAIRequest, name: str, embedded: Embedded) -> OpenAIResponse:
    dimensions = embedded.vectors.shape[1]
    if request.dimensions not in {None, dimensions}:
        raise OperationRefused(
            f"{name} gives vectors of {dimensions} dimensions, not of {request.dimensions}",
            code="dimensions-not-supported",
        )
    tokens = sum(embedded.token_counts or ())
    vectors = embedded.vectors.astype("<f4")
    as_text = request.encoding_format == "base64"
    return OpenAIResponse.model_construct(
        object="list",
        data=[
            OpenAIEmbedding.model_construct(
                object="embedding",
                index=index,
                embedding=base64.b64encode(vector.tobytes()).decode() if as_text else vector.tolist(),
            )
            for index, vector in enumerate(vectors)
        ],
        model=name,
        usage=OpenAIUsage.model_construct(prompt_tokens=tokens, total_tokens=tokens),
    )
