"""A plan in words: what is aggregated where, by which path and why that repeats no row, which filter reached it."""

from collections.abc import Iterable, Mapping
from typing import cast

from ktx_core.semantic.wire import QueryResponse

Item = Mapping[str, object]


def explain(compiled: QueryResponse) -> str:
    """Lines of text, without a line feed at the end."""
    plan = compiled.plan
    sections = [
        ("asked for", _asked(plan)),
        *((_fact_title(fact), _fact(fact)) for fact in _items(plan, "facts")),
        ("together", _together(plan)),
        ("take care", [warning.message for warning in compiled.warnings]),
    ]
    return "\n".join("\n".join([f"{title}:", *(f"  {line}" for line in lines)]) for title, lines in sections if lines)


def _asked(plan: Item) -> list[str]:
    return [
        *(_measure(measure) for measure in _items(plan, "measures")),
        *(f"by {_dimension(dimension)}" for dimension in _items(plan, "dimensions")),
    ]


def _measure(measure: Item) -> str:
    told = f"{measure['name']} = {measure['expr']}"
    if measure.get("filter"):
        told += f", where {measure['filter']}"
    if measure.get("is_derived"):
        told += f", made of {', '.join(_texts(measure, 'depends_on'))}"
    return told


def _dimension(dimension: Item) -> str:
    granularity = dimension.get("granularity")
    return f"{dimension['field']} cut to the {granularity}" if granularity else str(dimension["field"])


def _fact_title(fact: Item) -> str:
    role, source = fact["role"], fact["source"]
    name = str(role) if role == source else f"{role} ({source})"
    return f"aggregated in {name}, where a row is identified by {', '.join(_texts(fact, 'grain'))}"


def _fact(fact: Item) -> list[str]:
    """What is computed, the joins with why each repeats no row, and the filters that reached this fact."""
    return [
        *_texts(fact, "aggregates"),
        *(f"join {join['from']} -> {join['to']}: {join['reason']}" for join in _items(fact, "joins")),
        *(f"only rows where {clause}" for clause in _texts(fact, "filters")),
    ]


def _together(plan: Item) -> list[str]:
    lines = []
    if plan.get("fan_out_description"):
        lines.append(str(plan["fan_out_description"]))
    lines.extend(f"only groups where {clause}" for clause in _texts(plan, "having_filters"))
    members = plan.get("members")
    if isinstance(members, Mapping):
        lines.append(f"members of {members['role']} without facts are added")
    lines.extend(f"ordered by {order['field']} {order['direction']}" for order in _items(plan, "order_by"))
    if plan.get("limit") is not None:
        lines.append(f"at most {plan['limit']} rows")
    return lines


def _texts(item: Item, key: str) -> list[str]:
    return [str(text) for text in cast("Iterable[object]", item.get(key) or ())]


def _items(item: Item, key: str) -> list[Item]:
    return list(cast("Iterable[Item]", item.get(key) or ()))
