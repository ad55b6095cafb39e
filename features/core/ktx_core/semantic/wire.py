"""Request and response of `semantic-query`, with the names and defaults of the wire contract.

Not `Record`s: the contract's own names are snake_case and literal, and only `projectId` is not.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

JsonObject = dict[str, object]


class QueryRequest(BaseModel):
    """`semantic-query`. Sources and query are read by the semantic layer itself, which says where they are off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[JsonObject, ...]
    query: JsonObject
    dialect: str = "postgres"
    projectId: str | None = None  # noqa: N815  (the contract's spelling)


class QueryWarning(BaseModel):
    """Something the reader of the numbers should know."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    code: str
    message: str


class QueryColumn(BaseModel):
    """One column of the answer, in the order of the SQL's columns; `alias` is its name in the SQL."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    name: str
    provenance: Literal["verified", "composed", "dimension"]
    expr: str | None
    description: str | None
    granularity: str | None
    alias: str


class QueryResponse(BaseModel):
    """The compiled SQL, what its columns are, and the plan behind it."""

    model_config = ConfigDict(frozen=True)

    sql: str
    dialect: str
    columns: tuple[QueryColumn, ...]
    plan: JsonObject
    warnings: tuple[QueryWarning, ...] = ()
    parameters: tuple[object, ...] = ()
    lineage: JsonObject = Field(default_factory=dict)
