"""Request and response of `database-introspect`, in the names of the wire contract."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ScopeEntry(BaseModel):
    """A table to look at. A part that is null matches any."""

    model_config = ConfigDict(frozen=True)

    catalog: str | None = None
    db: str | None = None
    name: str = Field(min_length=1)


class IntrospectRequest(BaseModel):
    """What to describe. `url` may hold a password, so it is in no `repr`."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    connection_id: str
    driver: str = "postgres"
    url: str = Field(repr=False)
    schemas: tuple[str, ...] = ("public",)
    statement_timeout_ms: int = Field(default=30_000, gt=0)
    connection_timeout_seconds: float = Field(default=5, gt=0, allow_inf_nan=False)
    table_scope: tuple[ScopeEntry, ...] | None = None


class Metadata(BaseModel):
    """What was asked."""

    model_config = ConfigDict(frozen=True)

    driver: str
    schemas: tuple[str, ...]


class Column(BaseModel):
    """A column; `type` is the database's own spelling."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    nullable: bool
    primary_key: bool
    comment: str | None


class ForeignKey(BaseModel):
    """A declared reference, one per column pair."""

    model_config = ConfigDict(frozen=True)

    from_column: str
    to_table: str
    to_column: str
    constraint_name: str | None
    to_db: str | None


class Table(BaseModel):
    """A table or view."""

    model_config = ConfigDict(frozen=True)

    catalog: str | None
    db: str | None
    name: str
    comment: str | None
    kind: Literal["table", "view"]
    columns: tuple[Column, ...]
    foreign_keys: tuple[ForeignKey, ...]


class IntrospectResponse(BaseModel):
    """What is there, by db and name. `extracted_at` is in UTC."""

    model_config = ConfigDict(frozen=True)

    connection_id: str
    extracted_at: datetime
    metadata: Metadata
    tables: tuple[Table, ...]
