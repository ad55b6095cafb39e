"""Aggregates over the values of a group's rows, exact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlglot import exp

from reference.refusal import Refused

_BY_NAME = {"count_distinct", "percentile", "median"}


def is_aggregate(expression: exp.Expression) -> bool:
    """Whether the node itself is an aggregate call."""
    if isinstance(expression, exp.Anonymous):
        return expression.name.lower() in _BY_NAME
    return isinstance(expression, exp.AggFunc | exp.Quantile)


def holds_aggregate(expression: exp.Expression) -> bool:
    """Whether there is one in the expression, subqueries aside."""
    return any(
        is_aggregate(node) and node.find_ancestor(exp.Subquery, exp.Select) is None for node in expression.walk()
    )


def argument(call: exp.Expression) -> exp.Expression | None:
    """What is aggregated; None for ``count(*)``."""
    if isinstance(call, exp.Anonymous):
        inner = call.expressions[0]
    else:
        inner = call.this
        if isinstance(call, exp.Count) and isinstance(inner, exp.Distinct):
            inner = inner.expressions[0]
        elif isinstance(inner, exp.Distinct):
            raise NotImplementedError(call.sql())
    return None if isinstance(inner, exp.Star) else inner


def aggregate(call: exp.Expression, values: Sequence[Any]) -> Any:
    """The aggregate of the values (one per row, NULLs among them)."""
    present = [value for value in values if value is not None]
    if counts_distinct(call):
        return Fraction(len(set(present)))
    if isinstance(call, exp.Count):
        return Fraction(len(present))
    return _of_some(call, present) if present else None


def counts_distinct(call: exp.Expression) -> bool:
    """Whether it is ``count(distinct x)`` or ``count_distinct(x)``."""
    if isinstance(call, exp.Count):
        return isinstance(call.this, exp.Distinct)
    return isinstance(call, exp.Anonymous) and call.name.lower() == "count_distinct"


def _of_some(call: exp.Expression, present: Sequence[Any]) -> Any:
    if isinstance(call, exp.Sum | exp.Avg):
        total = sum(present, Fraction(0))
        return total if isinstance(call, exp.Sum) else total / len(present)
    if isinstance(call, exp.Min | exp.Max):
        return min(present) if isinstance(call, exp.Min) else max(present)
    return _percentile(sorted(present), _fraction(call))


def _fraction(call: exp.Expression) -> Fraction:
    if isinstance(call, exp.Median) or (isinstance(call, exp.Anonymous) and call.name.lower() == "median"):
        return Fraction(1, 2)
    if isinstance(call, exp.Anonymous):
        return Fraction(call.expressions[1].this)
    if isinstance(call, exp.Quantile):
        return Fraction(call.args["quantile"].this)
    raise Refused(f"unknown aggregate {call.sql()}")


def _percentile(ordered: Sequence[Fraction], fraction: Fraction) -> Fraction:
    """The continuous percentile: linear between the two nearest values."""
    position = fraction * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def repeats_safely(call: exp.Expression) -> bool:
    """Whether counting a row twice leaves the result as it is."""
    return isinstance(call, exp.Min | exp.Max) or counts_distinct(call)
