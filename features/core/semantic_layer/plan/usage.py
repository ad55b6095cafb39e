"""Which joins and sources a plan uses, for every purpose."""

from collections.abc import Iterator

from semantic_layer.expressions import SELF, Expression
from semantic_layer.graph import Edge, ModelIndex, Path, best_path
from semantic_layer.plan.records import FactPlan, QueryPlan


def used_paths(index: ModelIndex, plan: QueryPlan) -> dict[str, tuple[Path, ...]]:
    """Every path by the role it starts at: to dimensions, for aggregates, for filters."""
    found = {fact.role: _unique(_fact_paths(index, fact)) for fact in plan.facts}
    if plan.members is not None:
        members = [
            path for clause in plan.members.clauses for path in _ways(index, plan.members.role, clause.expression)
        ]
        found.setdefault(plan.members.role, _unique(iter([*plan.members.dimension_paths, *members])))
    return found


def used_edges(index: ModelIndex, plan: QueryPlan) -> tuple[Edge, ...]:
    """Every join of the plan once, in the order in which it is met."""
    paths = [path for found in used_paths(index, plan).values() for path in found]
    return tuple(dict.fromkeys(edge for path in paths for edge in path.edges))


def used_sources(index: ModelIndex, plan: QueryPlan) -> tuple[str, ...]:
    """Sorted."""
    roles = set(used_paths(index, plan))
    roles |= {edge.far for edge in used_edges(index, plan)}
    nested = {source for fact in plan.facts for expression in _expressions(fact) for source in expression.sources}
    nested |= {source for clause in plan.query.group_clauses for source in clause.formula.sources}
    return tuple(sorted({index.source_of(role).name for role in roles} | nested))


def _fact_paths(index: ModelIndex, fact: FactPlan) -> Iterator[Path]:
    yield from fact.dimension_paths
    for expression in _expressions(fact):
        yield from _ways(index, fact.role, expression)


def _expressions(fact: FactPlan) -> Iterator[Expression]:
    for leaf in fact.leaves:
        yield leaf.aggregate
        yield from leaf.filters
    for clause in fact.clauses:
        yield clause.expression


def _ways(index: ModelIndex, root: str, expression: Expression) -> Iterator[Path]:
    for role in expression.roles:
        path = best_path(index, root, root if role == SELF else role)
        if path is not None:
            yield path


def _unique(paths: Iterator[Path]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(path for path in paths if path.edges))
