"""Which fact a row filter restricts (semantics.md, rule 7)."""

from collections.abc import Mapping, Sequence

from semantic_layer.compiled import QueryWarning
from semantic_layer.errors import SemanticError
from semantic_layer.expressions import conjuncts, expression_of
from semantic_layer.frozen import frozen
from semantic_layer.graph import ModelIndex, Path, best_path, component
from semantic_layer.plan.roles import require_same_role
from semantic_layer.resolve import RowClause
from semantic_layer.sqlglot_dialect import sqlglot_dialect


@frozen
class Reach:
    """How a fact reaches everything that a clause reads; None in `paths` for what it does not reach."""

    paths: dict[str, Path | None]

    @property
    def complete(self) -> bool:
        return all(path is not None for path in self.paths.values())

    @property
    def direct(self) -> bool:
        """By joins to what belongs to a row, or down to the row's own details."""
        return all(path is not None and path.descends_first for path in self.paths.values())


@frozen
class Placement:
    """The facts that a clause restricts, those that some of its conjuncts restrict, and warnings.

    There is a warning where it leaves facts alone, wholly or in part, and where it means a role each.
    """

    facts: frozenset[str]
    parts: dict[str, tuple[RowClause, ...]]
    warnings: tuple[QueryWarning, ...]


def place_clause(index: ModelIndex, clause: RowClause, facts: Sequence[str]) -> Placement:
    """Decide for one clause. Raises when no fact can be restricted by it."""
    reaches = {fact: reach(index, clause, fact) for fact in facts}
    direct = [fact for fact, found in reaches.items() if found.direct]
    restricted = direct or [fact for fact, found in reaches.items() if found.complete]
    if not restricted:
        raise _unreachable(index, clause, facts)
    warnings = []
    for role in clause.expression.roles:
        upward = {fact: path for fact in restricted if (path := reaches[fact].paths[role]) and not path.multiplies}
        warnings.append(require_same_role(index, repr(role), upward))
    untouched = [fact for fact in facts if fact not in restricted]
    parts = place_parts(index, clause, untouched)
    if untouched:
        warnings.append(_warning(clause, restricted, untouched, parts))
    return Placement(frozenset(restricted), parts, tuple(warning for warning in warnings if warning))


def place_parts(index: ModelIndex, clause: RowClause, facts: Sequence[str]) -> dict[str, tuple[RowClause, ...]]:
    """For facts that a whole clause cannot restrict: those of its conjuncts that do.

    `a and b` in one filter is `a` and `b` in two, but where both are asked of the same detail.
    """
    parts = conjuncts(clause.expression.tree)
    if len(parts) == 1:
        return {}
    clauses = [RowClause(part.sql(sqlglot_dialect(index.dialect)), expression_of(clause.text, part)) for part in parts]
    placed = {fact: tuple(part for part in clauses if reach(index, part, fact).direct) for fact in facts}
    return {fact: found for fact, found in placed.items() if found}


def reach(index: ModelIndex, clause: RowClause, fact: str) -> Reach:
    """The best way from a fact to each role of the clause."""
    return Reach({role: best_path(index, fact, role) for role in clause.expression.roles})


def _warning(
    clause: RowClause, restricted: list[str], untouched: list[str], parts: Mapping[str, Sequence[RowClause]]
) -> QueryWarning:
    alone = [fact for fact in untouched if fact not in parts]
    said = [f"the filter {clause.text!r} restricts {_listed(restricted)}"]
    if alone:
        said.append(f"{_listed(alone)} have no such column and are not restricted")
    for fact, found in parts.items():
        only = " and ".join(repr(part.text) for part in found)
        said.append(f"{_listed([fact])} are restricted by its part {only} only")
    return QueryWarning("filter-restricts-some-facts", "; ".join(said))


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"the measures of {name!r}" for name in names)


def _unreachable(index: ModelIndex, clause: RowClause, facts: Sequence[str]) -> SemanticError:
    apart = [role for role in clause.expression.roles if all(role not in component(index, fact) for fact in facts)]
    return SemanticError(
        "unreachable-filter",
        f"no join connects {', '.join(map(repr, facts))} with {', '.join(map(repr, apart or clause.expression.roles))}",
        hint="declare a join, or filter on a column that the measures' source can reach",
    )
