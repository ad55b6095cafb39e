"""One query, one meaning: a role that several facts reach is the same role for each of them."""

from itertools import combinations

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Additivity
from semantic_layer.graph import ModelIndex, Path
from semantic_layer.resolve.measures import declared_formula


def require_same_role(index: ModelIndex, what: str, paths: dict[str, Path]) -> None:
    """Compare the ways of all facts (by role) to one target. Raises where they mean different things."""
    for (one, way), (other, other_way) in combinations(paths.items(), 2):
        if not _same(index, way, other_way):
            raise SemanticError(
                "role-mismatch",
                f"{what} means one thing for {one!r} ({way}) and another for {other!r} ({other_way})",
                hint="ask for the measures separately, or declare an alias on the joins that mean the same",
            )


def _same(index: ModelIndex, one: Path, other: Path) -> bool:
    if not one.edges or not other.edges or one.edges[-1] == other.edges[-1]:
        return True
    indirect = [path for path in (one, other) if len(path.edges) > 1]
    if len(indirect) == len((one, other)):
        return False
    return all(_is_fact(index, path.edges[-1].near) for path in indirect)


def _is_fact(index: ModelIndex, role: str) -> bool:
    """Whether a source on the way is a fact itself: it declares a measure that does more than count its rows.

    A fact that is only a dimension's path counts as a fact, so what it joins directly is joined by a fact.
    """
    return index.remember(("is-fact", role), lambda: (_declares_amounts(index, role),))[0]


def _declares_amounts(index: ModelIndex, role: str) -> bool:
    for measure in index.source_of(role).measures:
        try:
            formula = declared_formula(index, (role, measure.name))
        except SemanticError:
            continue
        if any(leaf.home == role and leaf.additivity is not Additivity.COUNT for leaf in formula.leaves):
            return True
    return False
