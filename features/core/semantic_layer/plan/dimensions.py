"""The way from each fact to each dimension (semantics.md, rules 1, 8 and 9)."""

from collections.abc import Sequence

from semantic_layer.errors import SemanticError, Where, nearest
from semantic_layer.graph import (
    Edge,
    ModelIndex,
    Path,
    best_path,
    component,
    join_condition,
    key_columns,
    neighbours,
    upward_path,
)
from semantic_layer.plan.records import JoinReason
from semantic_layer.resolve import Dimension, Leaf


def dimension_path(index: ModelIndex, fact: str, dimension: Dimension, leaves: Sequence[Leaf]) -> Path:
    """The path that keeps every row of the fact single; a multiplying one only where no aggregate minds."""
    role = dimension.field.role
    path = best_path(index, fact, role)
    if path is None:
        raise _disconnected(index, fact, dimension)
    if not path.multiplies:
        return path
    if not path.descends_first:
        shared = next(edge.near for edge in path.edges if edge.multiplies)
        raise SemanticError(
            "fan-out",
            f"{dimension.text!r} and {fact!r} only meet in {shared!r}: no row of {fact!r} has one {role!r}",
            hint=f"use a dimension of {shared!r}, or measures of {role!r}",
        )
    unsafe = [leaf for leaf in leaves if not leaf.safe_under_repetition]
    if unsafe:
        edge = next(edge for edge in path.edges if edge.multiplies)
        raise SemanticError(
            "fan-out",
            f"one row of {edge.near!r} has many {edge.far!r}, so {unsafe[0].aggregate.text!r} by {dimension.text!r} "
            "would count it several times",
            hint=f"use a measure of {role!r}, or min, max, or count_distinct",
        )
    return path


def join_reasons(index: ModelIndex, paths: Sequence[Path]) -> tuple[JoinReason, ...]:
    """For every join on the paths, once: why it cannot multiply."""
    edges = dict.fromkeys(edge for path in paths for edge in path.edges)
    return tuple(JoinReason(edge, edge.multiplies, _reason(index, edge)) for edge in edges)


def common_root(index: ModelIndex, dimensions: Sequence[Dimension]) -> str:
    """Where dimensions without measures are read: the one role that reaches all of them with the fewest joins."""
    roles = list(dict.fromkeys(dimension.field.role for dimension in dimensions))
    candidates: dict[str, list[Path]] = {}
    ties: dict[str, SemanticError] = {}
    for root in sorted(frozenset.intersection(*(_below(index, role) for role in roles))):
        try:
            paths = [upward_path(index, root, role) for role in roles]
        except SemanticError as tie:
            ties[root] = tie
            continue
        if all(path is not None for path in paths):
            candidates[root] = [path for path in paths if path]
    best = _fewest(candidates, roles)
    near = [tie for root, tie in ties.items() if root in roles or not set(best) & set(roles)]
    if near:  # a root that might have been as good; one farther off than a dimension's own table is not
        raise near[0]
    if len(best) == 1:
        return best[0]
    shown = ", ".join(map(repr, roles))
    if not best:
        raise SemanticError(
            "disconnected", f"no source has one of each: {shown}", hint="add a measure that relates them"
        )
    raise SemanticError(
        "ambiguous-path",
        f"{shown} are related by {' and by '.join(map(repr, best))}",
        hint="add a measure of the one that is meant",
    )


def _fewest(candidates: dict[str, list[Path]], roles: Sequence[str]) -> list[str]:
    """A dimension's own table before any other. Both sides of a one_to_one are equally near: either may lack rows."""
    own = [root for root in candidates if root in roles]
    if own:
        steps = {
            root: sum(edge.relationship != "one_to_one" for path in candidates[root] for edge in path.edges)
            for root in own
        }
    else:
        steps = {root: sum(len(path.edges) for path in paths) for root, paths in candidates.items()}
    fewest = min(steps.values(), default=0)
    return [root for root, count in steps.items() if count == fewest]


def _below(index: ModelIndex, role: str) -> frozenset[str]:
    """The roles that may reach `role` by joins that do not multiply."""

    def make() -> frozenset[str]:
        seen, stack = {role}, [role]
        while stack:
            for edge in neighbours(index, stack.pop()):
                if edge.relationship != "many_to_one" and edge.far not in seen:
                    seen.add(edge.far)
                    stack.append(edge.far)
        return frozenset(seen)

    return index.remember(("below", role), make)


def _reason(index: ModelIndex, edge: Edge) -> str:
    columns = [far for _, far in key_columns(join_condition(index, edge.declared).tree)]
    if edge.flipped:
        columns = [near for near, _ in key_columns(join_condition(index, edge.declared).tree)]
    keys = f" by {', '.join(columns)}" if columns else ""
    if edge.multiplies:
        return f"one_to_many: a row of {edge.near} may have several of {edge.far}; every aggregate ignores repetition"
    return f"{edge.relationship}: a row of {edge.near} has at most one of {edge.far}{keys}"


def _disconnected(index: ModelIndex, fact: str, dimension: Dimension) -> SemanticError:
    one, other = component(index, fact), component(index, dimension.field.role)
    for role in sorted(one):
        source = index.source_of(role)
        for position, join in enumerate(source.joins):
            if join.to not in index.sources:
                return SemanticError(
                    "unknown-join-target",
                    f"{fact!r} is not connected with {dimension.field.role!r}; {source.name!r} joins {join.to!r}, "
                    "which no source is named",
                    where=Where(source.name, f"joins[{position}].to"),
                    near=nearest(join.to, index.sources),
                )
    return SemanticError(
        "disconnected",
        f"no join connects {fact!r} ({_named(one)}) with {dimension.field.role!r} ({_named(other)})",
        hint="declare a join between them, or leave the dimension out",
    )


def _named(roles: frozenset[str], shown: int = 5) -> str:
    names = sorted(roles)
    return ", ".join(names[:shown]) + (", …" if len(names) > shown else "")
