"""Requests and responses of `embedding-compute` and `embedding-compute-bulk`, as the wire contract has them."""

from typing import Annotated

from pydantic import BaseModel, Field

MOST_TEXTS = 100

Text = Annotated[str, Field(min_length=1)]


class ComputeRequest(BaseModel):
    """One text."""

    text: Text


class ComputeResponse(BaseModel):
    """Its vector, of unit length."""

    embedding: list[float]


class BulkRequest(BaseModel):
    """Several texts."""

    texts: Annotated[list[str], Field(min_length=1, max_length=MOST_TEXTS)]


class BulkResponse(BaseModel):
    """Their vectors, in the order of the texts."""

    embeddings: list[list[float]]
