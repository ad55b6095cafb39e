"""Random shapes as source objects, with computed columns, measures and segments."""

from __future__ import annotations

import random
from typing import Any

from engines import SEMANTIC_TYPE

from generation.condition import condition
from generation.names import quoted
from generation.shape import TYPES, Link, Shape


def describe(rng: random.Random, shapes: list[Shape]) -> list[dict[str, Any]]:
    """One source object for each shape."""
    sources = [_source(rng, shape, shapes) for shape in shapes]
    for shape, source in zip(shapes, sources, strict=True):
        for link in shape.links:
            above = sources[link.above]
            if link.declared in {"below", "both"}:
                source["joins"].append(_join(link, shape, shapes, downwards=False))
            if link.declared in {"above", "both"}:
                above["joins"].append(_join(link, shape, shapes, downwards=True))
            if link.alias is None:
                source["measures"] += _filtered_by(rng, shapes[link.above], "up")
                if link.above not in _played(shapes):
                    above["measures"] += _filtered_by(rng, shape, "down")
    for source in sources:
        source["measures"] = list({measure["name"]: measure for measure in source["measures"]}.values())
    return sources


def _played(shapes: list[Shape]) -> set[int]:
    """The sources that have a second role."""
    return {link.above for shape in shapes for link in shape.links if link.alias}


def _filtered_by(rng: random.Random, other: Shape, way: str) -> list[dict[str, Any]]:
    """A measure with a condition on another source: a parent's column, or a child's, of which one must meet it."""
    if rng.random() < 0.6:
        return []
    name, num, cat = quoted(other.name), quoted(other.columns["num"]), quoted(other.columns["cat"])
    expr = rng.choice(["count(*)", "sum(1)"])
    return [{"name": f"with_{way}", "expr": expr, "filter": f"{name}.{num} > 0 or {name}.{cat} = 'x'"}]


def _join(link: Link, shape: Shape, shapes: list[Shape], *, downwards: bool) -> dict[str, Any]:
    above = shapes[link.above]
    on = condition(link, shape, shapes)
    if downwards:
        relationship = "one_to_one" if link.one_to_one else "one_to_many"
        return {"to": shape.name, "on": on, "relationship": relationship}
    relationship = "one_to_one" if link.one_to_one else "many_to_one"
    alias = {"alias": link.alias} if link.alias else {}
    return {"to": above.name, "on": on, "relationship": relationship, **alias}


def _source(rng: random.Random, shape: Shape, shapes: list[Shape]) -> dict[str, Any]:
    physical = [*shape.key, *[pair for link in shape.links for pair in shape.foreign_key(link, shapes)]]
    physical += [(name, TYPES[kind]) for kind, name in shape.columns.items()]
    columns = [{"name": name, "type": SEMANTIC_TYPE[kind]} for name, kind in physical]
    columns += _computed(rng, shape)
    names = ", ".join(quoted(name) for name, _ in physical)
    data = {"sql": f"select {names} from {shape.table}"} if shape.is_query else {"table": shape.table}
    return {
        "name": shape.name,
        **data,
        "grain": [name for name, _ in shape.key],
        "columns": columns,
        "joins": [],
        "measures": _measures(rng, shape),
        "segments": _segments(shape),
    }


def _computed(rng: random.Random, shape: Shape) -> list[dict[str, str]]:
    cat, num = quoted(shape.columns["cat"]), quoted(shape.columns["num"])
    pool = [
        {"name": "next_num", "type": "number", "expr": f"{num} + 1"},
        {"name": "label", "type": "string", "expr": f"coalesce({cat}, 'none')"},
        {"name": "sign", "type": "string", "expr": f"case when {num} > 0 then 'pos' when {num} <= 0 then 'neg' end"},
        {"name": "half", "type": "number", "expr": f"{num} / 2"},
        {"name": "positive", "type": "boolean", "expr": f"{num} > 0 or {cat} = 'x'"},
    ]
    chosen = [column for column in pool if rng.random() < 0.3]
    if any(column["name"] == "next_num" for column in chosen):
        chosen.append({"name": "twice_next", "type": "number", "expr": "2 * next_num"})
    return chosen


def _measures(rng: random.Random, shape: Shape) -> list[dict[str, Any]]:
    cat, num = quoted(shape.columns["cat"]), quoted(shape.columns["num"])
    amount = quoted(shape.columns.get("amt", shape.columns["num"]))
    always = [{"name": "n", "expr": "count(*)"}, {"name": "total", "expr": f"sum({num})"}]
    pool: list[dict[str, Any]] = [
        {"name": "amount", "expr": f"sum({amount})"},
        {"name": "mean", "expr": f"avg({amount})"},
        {"name": "lowest", "expr": f"min({num})"},
        {"name": "highest", "expr": f"max({cat})"},
        {"name": "kinds", "expr": f"count_distinct({cat})"},
        {"name": "known", "expr": f"count({num})"},
        {"name": "ones", "expr": "sum(1)"},
        {"name": "filled", "expr": f"sum(coalesce({num}, 7))"},
        {"name": "filled_count", "expr": f"count(coalesce({cat}, 'none'))"},
        {"name": "middle", "expr": f"median({num})"},
        {"name": "third", "expr": f"percentile({num}, 0.3)"},
        {"name": "xs", "expr": "count(*)", "filter": f"{cat} = 'x' or {num} > 4"},
        {"name": "small", "expr": f"sum({num})", "filter": f"{num} < 3"},
        {"name": "segmented", "expr": f"sum({num})", "segments": ["chosen"]},
        {"name": "product", "expr": f"sum({num} * ({num} - 1))"},
        {"name": "net", "expr": f"sum({num}) - sum({amount})"},
        {"name": "rate", "expr": "total / n"},
        {"name": "rest", "expr": "n - (total - n)"},
        {"name": "quotient", "expr": "rest / rate"},
    ]
    chosen = [measure for measure in pool if rng.random() < 0.5]
    names = {measure["name"] for measure in chosen}
    needs = {"quotient": {"rest", "rate"}}
    return always + [measure for measure in chosen if needs.get(measure["name"], set()) <= names]


def _segments(shape: Shape) -> list[dict[str, str]]:
    cat, num = quoted(shape.columns["cat"]), quoted(shape.columns["num"])
    return [
        {"name": "chosen", "expr": f"{cat} = 'y' or {cat} is null"},
        {"name": "some", "expr": f"{num} <> 2"},
    ]
