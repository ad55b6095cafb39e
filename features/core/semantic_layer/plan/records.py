"""A plan: which facts are aggregated where, which way each dimension is reached, which filter restricts what.

It says everything that decides about numbers and nothing about SQL, so that a checker can compare it with what
was emitted.
"""

from semantic_layer.compiled import QueryWarning
from semantic_layer.frozen import frozen
from semantic_layer.graph import Edge, Path
from semantic_layer.resolve import Leaf, ResolvedQuery, RowClause


@frozen
class JoinReason:
    """Why a join on a measure's way cannot multiply its rows, or why it may."""

    edge: Edge
    multiplies: bool
    reason: str


@frozen
class FactPlan:
    """One aggregation: the rows of `role`, each counted once, by the query's dimensions.

    `dimension_paths` are in the order of the dimensions. `clauses` restrict the rows. `leaves` is empty where a query
    asks for dimensions alone. `reasons` covers every join on the way to a dimension.
    """

    role: str
    source: str
    grain: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    dimension_paths: tuple[Path, ...]
    clauses: tuple[RowClause, ...]
    reasons: tuple[JoinReason, ...]

    @property
    def joined_roles(self) -> frozenset[str]:
        """The roles on the ways to the dimensions: they are in the FROM clause whether or not they multiply."""
        return frozenset(edge.far for path in self.dimension_paths for edge in path.edges)


@frozen
class MembersPlan:
    """The dimension members that `include_empty` adds: the rows of `role` and what it reaches."""

    role: str
    dimension_paths: tuple[Path, ...]
    clauses: tuple[RowClause, ...]


@frozen
class QueryPlan:
    """Everything that was decided. `members` is None where nothing is added."""

    query: ResolvedQuery
    facts: tuple[FactPlan, ...]
    members: MembersPlan | None
    warnings: tuple[QueryWarning, ...]
