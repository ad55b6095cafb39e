"""What the tools answer: the schemas that clients see. What ktx says besides is left out."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """A part of an answer; in JSON its keys are camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_alias=True, validate_by_name=True)


class Problem(Answer):
    """Something that is off with the model, or that a reader of the numbers should know."""

    code: str
    message: str
    severity: str = "warning"
    source: str | None = None
    place: str | None = None
    hint: str | None = None


class SourceSummary(Answer):
    """A source, and the names of what it offers."""

    connection_id: str
    name: str
    description: str | None = None
    kind: str
    grain: list[str] = []
    measures: list[str] = []
    dimensions: list[str] = []
    segments: list[str] = []
    joins: list[str] = []


class SourceList(Answer):
    """The sources of a project. With `truncated` there are more: search for what you need."""

    sources: list[SourceSummary]
    problems: list[Problem] = []
    truncated: bool = False


class Hit(Answer):
    """A measure, dimension, segment or source; `name` is what a query calls it."""

    connection_id: str
    kind: str
    name: str
    source: str
    description: str | None = None
    score: float


class Hits(Answer):
    """What was found, the best first."""

    query: str
    hits: list[Hit]


class SourceDetail(Answer):
    """One source, with its columns, measures, segments and joins as they are declared."""

    connection_id: str
    source: dict[str, Any]


class Column(Answer):
    """A column of the answer, and where its numbers come from."""

    name: str
    alias: str
    provenance: str
    expr: str | None = None
    description: str | None = None
    granularity: str | None = None


class CompiledQuery(Answer):
    """The SQL of a query. Nothing was run."""

    connection_id: str
    dialect: str
    sql: str
    columns: list[Column]
    warnings: list[Problem] = []


class Explanation(CompiledQuery):
    """What a query does, in words: what is aggregated where, by which joins, and why no row counts twice."""

    explanation: list[str]


class QueryRows(CompiledQuery):
    """The rows of a query. With `truncated` there are more than are shown.

    A number that not every client can hold exactly (more than 15 digits or so) is text, with all its digits.
    """

    headers: list[str]
    rows: list[list[Any]]
    row_count: int
    truncated: bool


class Validation(Answer):
    """Everything that is wrong with the model; `valid` says that nothing is an error."""

    valid: bool
    findings: list[Problem]
