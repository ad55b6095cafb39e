"""Requests and responses of the operations on SQL, in the names of the wire contract."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Reason = Literal[
    "looker_template_unresolved",
    "derived_table_not_supported",
    "no_physical_table",
    "multiple_table_references",
    "unsupported_dialect",
    "parse_error",
]


class IdentifierItem(BaseModel):
    """One `sql_table_name`, as LookML or a person wrote it."""

    model_config = ConfigDict(frozen=True)

    key: str
    sql_table_name: str
    dialect: str


class ParseIdentifiersRequest(BaseModel):
    """`sql-parse-table-identifier`."""

    model_config = ConfigDict(frozen=True)

    items: tuple[IdentifierItem, ...]


@dataclass(frozen=True, slots=True)
class IdentifierResult:
    """The parts of the name, or the reason why it is none.

    A dataclass, since `schema` would hide a method of pydantic's models.
    """

    ok: bool
    catalog: str | None = None
    schema: str | None = None
    name: str | None = None
    canonical_table: str | None = None
    reason: Reason | None = None
    detail: str | None = None


class ParseIdentifiersResponse(BaseModel):
    """By key."""

    model_config = ConfigDict(frozen=True)

    results: dict[str, IdentifierResult]


class ReadOnlyRequest(BaseModel):
    """`sql-validate-read-only`."""

    model_config = ConfigDict(frozen=True)

    dialect: str
    sql: str


class ReadOnlyResponse(BaseModel):
    """`error` says which construct and where."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    error: str | None = None


class BatchItem(BaseModel):
    """One statement."""

    model_config = ConfigDict(frozen=True)

    id: str
    sql: str


class CatalogColumn(BaseModel):
    """A column as `database-introspect` gives it; only its name is used."""

    model_config = ConfigDict(frozen=True)

    name: str


class CatalogTable(BaseModel):
    """A table that exists; bare names are resolved to it."""

    model_config = ConfigDict(frozen=True)

    catalog: str | None = None
    db: str | None = None
    name: str
    columns: tuple[str | CatalogColumn, ...] = ()


class Catalog(BaseModel):
    """The tables that exist."""

    model_config = ConfigDict(frozen=True)

    tables: tuple[CatalogTable, ...] = ()


class AnalyzeBatchRequest(BaseModel):
    """`sql-analyze-batch`."""

    model_config = ConfigDict(frozen=True)

    dialect: str
    items: tuple[BatchItem, ...]
    catalog: Catalog | None = None
    max_workers: int | None = Field(default=None, ge=1, le=32)


class TouchedTable(BaseModel):
    """A physical table that a statement reads or writes."""

    model_config = ConfigDict(frozen=True)

    catalog: str | None
    db: str | None
    name: str


class ColumnsByClause(BaseModel):
    """Names of columns, sorted, by the clause they stand in."""

    model_config = ConfigDict(frozen=True)

    select: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    groupBy: tuple[str, ...] = ()  # noqa: N815  (the contract's spelling)
    having: tuple[str, ...] = ()
    orderBy: tuple[str, ...] = ()  # noqa: N815  (the contract's spelling)


class AnalysisResult(BaseModel):
    """What one statement touches; `error` when it could not be read, and the rest is empty then."""

    model_config = ConfigDict(frozen=True)

    tables_touched: tuple[TouchedTable, ...] = ()
    columns_by_clause: ColumnsByClause = ColumnsByClause()
    error: str | None = None


class AnalyzeBatchResponse(BaseModel):
    """By id."""

    model_config = ConfigDict(frozen=True)

    results: dict[str, AnalysisResult]
