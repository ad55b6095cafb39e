"""Request and response of `semantic-generate-sources`, in the names of the wire contract."""

from pydantic import BaseModel, ConfigDict


class Column(BaseModel):
    """A scanned column; `type` is the database's own spelling."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    primary_key: bool = False
    nullable: bool = True
    comment: str | None = None


class Table(BaseModel):
    """A scanned table."""

    model_config = ConfigDict(frozen=True)

    name: str
    catalog: str | None = None
    db: str | None = None
    comment: str | None = None
    columns: tuple[Column, ...]


class Link(BaseModel):
    """Two columns that refer to each other."""

    model_config = ConfigDict(frozen=True)

    from_table: str
    from_column: str
    to_table: str
    to_column: str
    relationship_type: str


class GenerateSourcesRequest(BaseModel):
    """`semantic-generate-sources`."""

    model_config = ConfigDict(frozen=True)

    tables: tuple[Table, ...]
    links: tuple[Link, ...] = ()
    dialect: str = "postgres"


class Notice(BaseModel):
    """What was left out or assumed."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str


class GenerateSourcesResponse(BaseModel):
    """The sources, in the order of the tables and without nulls."""

    model_config = ConfigDict(frozen=True)

    sources: tuple[dict[str, object], ...]
    source_count: int
    warnings: tuple[Notice, ...]
