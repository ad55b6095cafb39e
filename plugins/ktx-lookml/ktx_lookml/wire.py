"""Request and response of `lookml-parse`, in the names of the wire contract."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class File(_Frozen):
    """A file of a LookML project; `path` is only told."""

    path: str
    content: str


class ParseRequest(_Frozen):
    """`lookml-parse`. `constant_overrides` replace what manifests say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    files: tuple[File, ...]
    constant_overrides: dict[str, str] | None = None
    dialect: str = "postgres"


class Skipped(_Frozen):
    """What could not be carried over, and why."""

    name: str
    item_type: str
    reason: str


class Column(_Frozen):
    """A column. `name` is the table's own, or the dimension's where it is computed; `expr` is its SQL then."""

    name: str
    lookml_name: str
    type: Literal["string", "number", "time", "boolean"]
    role: Literal["time", "default"]
    visibility: Literal["public", "internal", "hidden"]
    description: str | None
    is_computed: bool
    expr: str | None


class Measure(_Frozen):
    """A measure over the columns of its view, or over its other measures."""

    name: str
    expr: str
    filter: str | None
    description: str | None


class View(_Frozen):
    """A view. `table_ref` or `sql`, by `source_type`; `grain` is empty where no primary key is declared."""

    name: str
    source_type: Literal["table", "sql"]
    table_ref: str | None
    sql: str | None
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    measures: tuple[Measure, ...]
    description: str | None
    skipped_dimensions: tuple[Skipped, ...]
    skipped_measures: tuple[Skipped, ...]


class Join(_Frozen):
    """A join of `source_view`; in `on` a bare column is its own. `alias` where a view is joined under another name."""

    source_view: str
    to: str
    alias: str | None
    on: str
    relationship: Literal["many_to_one", "one_to_many", "one_to_one"]


class ParseResponse(_Frozen):
    """What was understood, and what was not."""

    views: tuple[View, ...]
    joins: tuple[Join, ...]
    skipped_views: tuple[Skipped, ...]
    warnings: tuple[str, ...]
