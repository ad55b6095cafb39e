"""Request and response of `/v1/embeddings`, in the shape of OpenAI's API: what existing clients send and expect.

Keys that we do not know are ignored, as that API's servers do; what would change the answer is refused instead.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

MOST_INPUTS = 2048


class OpenAIRequest(BaseModel):
    """`input` may be one text or several. Token numbers, which only that API's own tokenizers give, are refused."""

    input: str | Annotated[list[str] | list[int] | list[list[int]], Field(min_length=1, max_length=MOST_INPUTS)]
    model: str | None = None
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(default=None, ge=1)


class OpenAIEmbedding(BaseModel):
    """One vector: numbers, or with `encoding_format` base64 its little-endian float32 bytes."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class OpenAIUsage(BaseModel):
    """How many tokens counted; 0 where the backend does not say."""

    prompt_tokens: int
    total_tokens: int


class OpenAIResponse(BaseModel):
    """All vectors, in the order of the input."""

    object: Literal["list"] = "list"
    data: list[OpenAIEmbedding]
    model: str
    usage: OpenAIUsage
