"""What an agent asks for: the arguments of the tools."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Granularity = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]


class Wish(BaseModel):
    """Unknown keys are refused: a misspelt one would be a question that nobody asked."""

    model_config = ConfigDict(extra="forbid")


class NamedMeasure(Wish):
    """An aggregate expression of your own, such as `sum(orders.amount)`, and what its column is called."""

    expr: str
    name: str


class TimeDimension(Wish):
    """A time column, cut to a granularity. Weeks begin on Monday."""

    field: str
    granularity: Granularity


class Order(Wish):
    """By which measure or dimension the rows are ordered."""

    field: str
    direction: Literal["asc", "desc"] = "asc"


ConnectionId = Annotated[
    str | None, Field(description="The connection; may be left out where the project has only one.")
]
Measures = Annotated[
    list[str | NamedMeasure],
    Field(description="`source.measure`, or an aggregate expression such as `count(orders.id)`."),
]
Dimensions = Annotated[
    list[str | TimeDimension],
    Field(description="`source.column`, by which the measures are grouped; with a granularity for times."),
]
Filters = Annotated[
    list[str], Field(description="SQL conditions over `source.column` or measures; all of them have to hold.")
]
Segments = Annotated[list[str], Field(description="`source.segment`: declared conditions.")]
OrderBy = Annotated[list[str | Order], Field(description="Measures or dimensions as named above; ascending.")]
Limit = Annotated[int | None, Field(ge=0, description="At most so many rows; by default 1000.")]
IncludeEmpty = Annotated[bool, Field(description="Whether dimension members without any fact are rows too.")]


class Query(Wish):
    """A semantic query, as ktx reads it."""

    measures: Measures = Field(default_factory=list)
    dimensions: Dimensions = Field(default_factory=list)
    filters: Filters = Field(default_factory=list)
    segments: Segments = Field(default_factory=list)
    order_by: OrderBy = Field(default_factory=list)
    limit: Limit = None
    include_empty: IncludeEmpty = True
