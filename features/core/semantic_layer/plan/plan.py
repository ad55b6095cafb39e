"""Planning: data in, data out."""

from semantic_layer.compiled import QueryWarning
from semantic_layer.errors import SemanticError
from semantic_layer.expressions import SELF
from semantic_layer.graph import ModelIndex, best_path, upward_path
from semantic_layer.plan.dimensions import common_root, dimension_path, join_reasons
from semantic_layer.plan.filters import place_clause
from semantic_layer.plan.members import plan_members
from semantic_layer.plan.records import FactPlan, QueryPlan
from semantic_layer.plan.roles import require_same_role
from semantic_layer.resolve import Leaf, ResolvedQuery, RowClause


def plan_query(index: ModelIndex, query: ResolvedQuery) -> QueryPlan:
    """Decide what is aggregated where. Raises SemanticError where that has no one meaning."""
    by_home = _leaves_by_home(query)
    for leaves in by_home.values():
        for leaf in leaves:
            _check_leaf(index, leaf)
    homes = list(by_home) or [common_root(index, query.dimensions)]
    clauses, warnings = _placed_clauses(index, query, homes)
    facts = tuple(_fact(index, query, home, by_home.get(home, ()), clauses[home]) for home in homes)
    for position, dimension in enumerate(query.dimensions):
        paths = {fact.role: fact.dimension_paths[position] for fact in facts}
        apart = require_same_role(index, repr(dimension.field.role), paths)
        if apart:
            warnings.append(apart)
    members, nothing_added = plan_members(index, query, facts)
    if nothing_added:
        warnings.append(nothing_added)
    return QueryPlan(query, facts, members, tuple(dict.fromkeys(warnings)))


def _leaves_by_home(query: ResolvedQuery) -> dict[str, tuple[Leaf, ...]]:
    formulas = [measure.formula for measure in query.measures] + [clause.formula for clause in query.group_clauses]
    leaves = dict.fromkeys(leaf for formula in formulas for leaf in formula.leaves)
    homes = dict.fromkeys(leaf.home for leaf in leaves)
    return {home: tuple(leaf for leaf in leaves if leaf.home == home) for home in homes}


def _check_leaf(index: ModelIndex, leaf: Leaf) -> None:
    """What is aggregated belongs to one row; what a measure's filter reads is only within reach."""
    for role in leaf.aggregate.roles:
        if role != SELF and upward_path(index, leaf.home, role) is None:
            raise SemanticError(
                "fan-out",
                f"{leaf.aggregate.text!r} reads {role!r}, of which a row of {leaf.home!r} has not exactly one",
                hint=f"declare the measure on {role!r}",
            )
    for filter_ in leaf.filters:
        for role in filter_.roles:
            if role != SELF and best_path(index, leaf.home, role) is None:
                raise SemanticError(
                    "unreachable-filter",
                    f"the filter {filter_.text!r} reads {role!r}, which {leaf.home!r} cannot reach",
                )


def _placed_clauses(
    index: ModelIndex, query: ResolvedQuery, homes: list[str]
) -> tuple[dict[str, list[RowClause]], list[QueryWarning]]:
    clauses: dict[str, list[RowClause]] = {home: [] for home in homes}
    warnings: list[QueryWarning] = []
    for clause in query.row_clauses:
        placement = place_clause(index, clause, homes)
        for home in homes:
            if home in placement.facts:
                clauses[home].append(clause)
            else:
                clauses[home].extend(placement.parts.get(home, ()))
        warnings.extend(placement.warnings)
    return clauses, warnings


def _fact(
    index: ModelIndex, query: ResolvedQuery, home: str, leaves: tuple[Leaf, ...], clauses: list[RowClause]
) -> FactPlan:
    paths = tuple(dimension_path(index, home, dimension, leaves) for dimension in query.dimensions)
    source = index.source_of(home)
    return FactPlan(home, source.name, source.grain, leaves, paths, tuple(clauses), join_reasons(index, paths))
