"""The base of every record of a model or a query: frozen, and strict about unknown keys."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class ModelRecord(BaseModel):
    """A frozen value whose keys are literal as `semantics.md` writes them. Its validator is built when it is needed."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False, defer_build=True)


Name = Annotated[str, StringConstraints(min_length=1)]
"""An identity inside the model: any text but the empty one."""

Text = Annotated[str, StringConstraints(min_length=1)]
"""SQL text of an expression; parsed later, against the model."""


class Granularity(StrEnum):
    """What a time dimension is cut to. Weeks begin on Monday (ISO 8601)."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
