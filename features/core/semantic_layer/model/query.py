"""A query: what is wanted, in the words of the model."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, model_validator

from semantic_layer.model.record import Granularity, ModelRecord, Name, Text

DEFAULT_LIMIT = 1000
MAX_LIMIT = 2**63 - 2
"""Engines count in 64 bits, and whoever wants to know whether a limit cut anything asks for one row more."""


class Direction(StrEnum):
    ASC = "asc"
    DESC = "desc"


class MeasureRequest(ModelRecord):
    """`"orders.revenue"`, `"sum(orders.amount)"` or `{expr, name}`."""

    expr: Text
    name: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_spelling(cls, value: object) -> object:
        return {"expr": value} if isinstance(value, str) else value


class DimensionRequest(ModelRecord):
    """`"orders.created_at"` or `{field, granularity}`. Without a field: the default time dimension."""

    field: Name | None = None
    granularity: Granularity | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_spelling(cls, value: object) -> object:
        return {"field": value} if isinstance(value, str) else value


class OrderRequest(ModelRecord):
    """`"orders.revenue"` (ascending) or `{field, direction}`."""

    field: Name
    direction: Direction = Direction.ASC

    @model_validator(mode="before")
    @classmethod
    def _short_spelling(cls, value: object) -> object:
        return {"field": value} if isinstance(value, str) else value


class Query(ModelRecord):
    """A semantic query. `limit` None asks for every row."""

    measures: tuple[MeasureRequest, ...] = ()
    dimensions: tuple[DimensionRequest, ...] = ()
    filters: tuple[Text, ...] = ()
    segments: tuple[Name, ...] = ()
    order_by: tuple[OrderRequest, ...] = ()
    limit: Annotated[StrictInt, Field(ge=0, le=MAX_LIMIT)] | None = DEFAULT_LIMIT
    include_empty: StrictBool = True
