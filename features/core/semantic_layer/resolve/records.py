"""A query whose every name is known."""

from semantic_layer.expressions import Expression, Field
from semantic_layer.frozen import frozen
from semantic_layer.model import Direction, Granularity
from semantic_layer.resolve.formula import Formula


@frozen
class Dimension:
    """A column to group by, cut to a granularity where one is asked for."""

    field: Field
    granularity: Granularity | None
    description: str | None

    @property
    def text(self) -> str:
        return f"{self.field.role}.{self.field.column}"


@frozen
class RequestedMeasure:
    """A measure of the query. `role` and `declared` are None for one that is composed in the query."""

    text: str
    formula: Formula
    role: str | None
    declared: str | None
    given_name: str | None
    expr: str
    filter: str | None
    description: str | None

    @property
    def provenance(self) -> str:
        return "composed" if self.declared is None else "verified"


@frozen
class Named:
    """What a column of the answer is called: `alias` in the SQL, `name` in the contract."""

    alias: str
    name: str


@frozen
class RowClause:
    """A filter on rows, over fields with their roles."""

    text: str
    expression: Expression


@frozen
class GroupClause:
    """A filter on groups: a boolean formula over leaves."""

    text: str
    formula: Formula


@frozen
class Ordering:
    """`position` counts the columns of the answer: dimensions, then measures."""

    position: int
    direction: Direction


@frozen
class ResolvedQuery:
    """Dimensions and measures in the order asked, each once; `names` are theirs in that order."""

    dimensions: tuple[Dimension, ...]
    measures: tuple[RequestedMeasure, ...]
    names: tuple[Named, ...]
    row_clauses: tuple[RowClause, ...]
    group_clauses: tuple[GroupClause, ...]
    ordering: tuple[Ordering, ...]
    limit: int | None
    include_empty: bool
