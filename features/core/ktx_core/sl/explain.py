"""A plan in words: what is aggregated where, by which path and why, and which filter reached what."""

from collections.abc import Iterable, Mapping
from typing import cast

from ktx_core.semantic.wire import QueryResponse


def explain(compiled: QueryResponse) -> str:
    """Lines of text, without a line feed at the end."""
    plan = compiled.plan
    sections = [
        ("asked for", _asked(plan)),
        ("aggregated", [*_groups(plan), *_texts(plan, "aggregate_locality")]),
        ("joined", _joins(plan)),
        ("rows kept", [f"where {clause}" for clause in _texts(plan, "where_filters")]),
        ("groups kept", [f"having {clause}" for clause in _texts(plan, "having_filters")]),
        ("repetition", [str(plan.get("fan_out_description") or "no join on the way repeats a row")]),
        ("take care", [warning.message for warning in compiled.warnings]),
    ]
    return "\n".join("\n".join([f"{title}:", *(f"  {line}" for line in lines)]) for title, lines in sections if lines)


def _asked(plan: Mapping[str, object]) -> list[str]:
    measures = [f"{measure['name']} = {measure['expr']}" for measure in _records(plan, "measures")]
    dimensions = [_dimension(dimension) for dimension in _records(plan, "dimensions")]
    limit = plan.get("limit")
    return [
        *measures,
        *(f"by {dimension}" for dimension in dimensions),
        *([f"at most {limit} rows"] if limit is not None else []),
    ]


def _dimension(dimension: Mapping[str, object]) -> str:
    granularity = dimension.get("granularity")
    return f"{dimension['field']} cut to the {granularity}" if granularity else str(dimension["field"])


def _groups(plan: Mapping[str, object]) -> list[str]:
    named = {str(measure["expr"]): str(measure["name"]) for measure in _records(plan, "measures")}
    lines = []
    for group in _records(plan, "measure_groups"):
        measures = [str(measure) for measure in cast("Iterable[object]", group["measures"])]
        names = ", ".join(named.get(measure, measure) for measure in measures)
        path = group.get("join_path_to_dims")
        lines.append(f"{names} in {group['source_name']}" + (f", along {_path(path)}" if path else ""))
    return lines


def _path(path: object) -> str:
    return ", then ".join(str(step) for step in path) if isinstance(path, list | tuple) else str(path)


def _joins(plan: Mapping[str, object]) -> list[str]:
    return _texts(plan, "join_paths") or [_join(join) for join in _records(plan, "joins")]


def _join(join: Mapping[str, object]) -> str:
    left, right = f"{join['from_source']}.{join['from_column']}", f"{join['to_source']}.{join['to_column']}"
    return f"{left} = {right} ({join['relationship']})"


def _texts(plan: Mapping[str, object], key: str) -> list[str]:
    return [str(text) for text in cast("Iterable[object]", plan.get(key) or ())]


def _records(plan: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    return list(cast("Iterable[Mapping[str, object]]", plan.get(key) or ()))
