"""One query, one meaning: a role that several facts reach is the same role for each of them."""

from itertools import combinations

from semantic_layer.compiled import QueryWarning
from semantic_layer.errors import SemanticError
from semantic_layer.graph import Edge, ModelIndex, Path, upward_path


def require_same_role(index: ModelIndex, what: str, paths: dict[str, Path]) -> QueryWarning | None:
    """Compare the ways of all facts (by role) to one target.

    Facts agree when the last joins of their ways are one join, when each joins the target itself, or when neither has
    another way that would agree with the other's. Else, where one of them joins the target itself, it has a role of
    its own of a shared dimension, and the answer carries a warning; where both come by other tables, one column would
    mix two meanings, and that raises.
    """
    apart = None
    for (one, way), (other, other_way) in combinations(paths.items(), 2):
        if _same(way, other_way):
            continue
        if not (_could_come_by(index, one, other_way.edges[-1]) or _could_come_by(index, other, way.edges[-1])):
            continue
        ways = f"{what} means one thing for {one!r} ({way}) and another for {other!r} ({other_way})"
        if len(way.edges) > 1 and len(other_way.edges) > 1:
            raise SemanticError(
                "role-mismatch",
                ways,
                hint="ask for the measures separately, or declare an alias on the joins that mean the same",
            )
        said = f"{what} is that of its own joins for each fact: {way} and {other_way}"
        apart = QueryWarning("reached-by-different-joins", said)
    return apart


def _same(one: Path, other: Path) -> bool:
    if not one.edges or not other.edges or one.edges[-1] == other.edges[-1]:
        return True
    return len(one.edges) == 1 and len(other.edges) == 1


def _could_come_by(index: ModelIndex, fact: str, last: Edge) -> bool:
    """Whether the fact could also reach the target by this last join."""
    try:
        return upward_path(index, fact, last.near) is not None
    except SemanticError:
        return True  # in several ways, even
