"""What `include_empty` adds (semantics.md, rule 3)."""

from collections.abc import Sequence

from semantic_layer.compiled import QueryWarning
from semantic_layer.graph import ModelIndex, Path, upward_path
from semantic_layer.plan.records import FactPlan, MembersPlan
from semantic_layer.resolve import ResolvedQuery, RowClause

NOTHING_ADDED = QueryWarning(
    "no-empty-combinations",
    "the dimensions come from tables that no declared join relates in these roles, so include_empty adds no rows",
)


def plan_members(
    index: ModelIndex, query: ResolvedQuery, facts: Sequence[FactPlan]
) -> tuple[MembersPlan | None, QueryWarning | None]:
    """The members to add, None where nothing is to be added; and the warning where nothing can be."""
    if not query.include_empty or not query.dimensions or not any(fact.leaves for fact in facts):
        return None, None
    roles = list(dict.fromkeys(dimension.field.role for dimension in query.dimensions))
    root = next((role for role in roles if _bears_all(index, role, query, facts)), None)
    if root is None:
        return None, NOTHING_ADDED
    if any(fact.role == root for fact in facts):
        return None, None
    paths = tuple(_upward(index, root, dimension.field.role) for dimension in query.dimensions)
    clauses = tuple(clause for clause in query.row_clauses if _is_about_members(index, clause, root, facts))
    return MembersPlan(root, paths, clauses), None


def _bears_all(index: ModelIndex, root: str, query: ResolvedQuery, facts: Sequence[FactPlan]) -> bool:
    """Whether the root reaches every dimension in the very roles in which the facts have them."""
    at_root = [dimension.field.role for dimension in query.dimensions].index(root)
    for position, dimension in enumerate(query.dimensions):
        onward = upward_path(index, root, dimension.field.role)
        if onward is None:
            return False
        for fact in facts:
            whole, first = fact.dimension_paths[position], fact.dimension_paths[at_root]
            if whole.edges != first.edges + onward.edges:
                return False
    return True


def _is_about_members(index: ModelIndex, clause: RowClause, root: str, facts: Sequence[FactPlan]) -> bool:
    """Whether a filter restricts the members themselves, and not only facts about them."""
    for role in clause.expression.roles:
        onward = upward_path(index, root, role)
        if onward is None:
            return False
        for fact in facts:
            whole, first = upward_path(index, fact.role, role), upward_path(index, fact.role, root)
            if whole is not None and first is not None and whole.edges != first.edges + onward.edges:
                return False
    return True


def _upward(index: ModelIndex, start: str, goal: str) -> Path:
    path = upward_path(index, start, goal)
    if path is None:
        raise AssertionError(f"{start} was seen to reach {goal}")
    return path
