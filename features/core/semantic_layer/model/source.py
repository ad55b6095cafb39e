"""A source: a table or a query, its columns, and what is declared over them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from semantic_layer.model.record import Granularity, ModelRecord, Name, Text

DESCRIPTION_ORDER = ("user", "ai", "dbt", "db")
"""Whose words win when a description is missing."""


class ColumnType(StrEnum):
    STRING = "string"
    NUMBER = "number"
    TIME = "time"
    BOOLEAN = "boolean"


class Visibility(StrEnum):
    """Who may name a column: every query, only the model's own expressions, or nobody."""

    PUBLIC = "public"
    INTERNAL = "internal"
    HIDDEN = "hidden"


class ColumnRole(StrEnum):
    TIME = "time"
    DEFAULT = "default"


class Relationship(StrEnum):
    MANY_TO_ONE = "many_to_one"
    ONE_TO_MANY = "one_to_many"
    ONE_TO_ONE = "one_to_one"


class Described(ModelRecord):
    """Something with words about it."""

    description: str | None = None
    descriptions: dict[str, str | None] = Field(default_factory=dict)

    @property
    def described(self) -> str | None:
        """`description`, else user > ai > dbt > db > the first that is not empty."""
        if self.description:
            return self.description
        candidates = [self.descriptions.get(key) for key in DESCRIPTION_ORDER]
        return next((text for text in (*candidates, *self.descriptions.values()) if text), None)


class Constraint(ModelRecord):
    not_null: StrictBool | None = None
    unique: StrictBool | None = None


class ColumnTests(ModelRecord):
    """Tests that other tools declare; kept, not run."""

    dbt: tuple[object, ...] = ()
    dbt_by_package: dict[str, object] = Field(default_factory=dict)


class Column(Described):
    """A column. With `expr` it is computed from columns of the same source; `type` None means unknown."""

    name: Name
    type: ColumnType | None = None
    visibility: Visibility = Visibility.PUBLIC
    role: ColumnRole = ColumnRole.DEFAULT
    expr: Text | None = None
    natural_granularity: Granularity | None = None
    constraints: dict[str, Constraint] = Field(default_factory=dict)
    enum_values: dict[str, tuple[object, ...]] = Field(default_factory=dict)
    tests: ColumnTests | None = None


class Join(ModelRecord):
    """A join to another source. `alias` makes the target a role: a source name of its own in queries."""

    to: Name
    on: Text
    relationship: Relationship
    alias: Name | None = None

    @property
    def role(self) -> str:
        return self.alias or self.to


class Measure(Described):
    """An aggregate over its source's columns, or arithmetic over other measures."""

    name: Name
    expr: Text
    filter: Text | None = None
    segments: tuple[Name, ...] = ()


class Segment(Described):
    """A named row filter."""

    name: Name
    expr: Text


class Source(Described):
    """A table (`table`, or `sql` that becomes a CTE) with its grain and everything declared over it."""

    name: Name
    table: Text | None = None
    sql: Text | None = None
    grain: tuple[Name, ...] = Field(min_length=1)
    columns: tuple[Column, ...] = ()
    joins: tuple[Join, ...] = ()
    measures: tuple[Measure, ...] = ()
    segments: tuple[Segment, ...] = ()
    default_time_dimension: dict[str, str] | None = None
    tags: object = None
    freshness: object = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.table is None) == (self.sql is None):
            raise PydanticCustomError("table-xor-sql", "a source has either a table or sql, and not both")
        return self

    @property
    def time_dimension(self) -> str | None:
        """The name of the default time dimension, by `DESCRIPTION_ORDER` where several tools name one."""
        declared: Mapping[str, str] = self.default_time_dimension or {}
        candidates = [declared.get(key) for key in DESCRIPTION_ORDER]
        return next((name for name in (*candidates, *declared.values()) if name), None)
