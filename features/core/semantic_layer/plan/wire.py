"""The plan in the words of the wire contract."""

from semantic_layer.graph import Edge, ModelIndex, join_condition, key_columns
from semantic_layer.plan.records import FactPlan, QueryPlan
from semantic_layer.plan.usage import used_edges, used_paths, used_sources
from semantic_layer.resolve import RequestedMeasure

Wire = dict[str, object]


def plan_to_wire(index: ModelIndex, plan: QueryPlan) -> Wire:
    """Every key of the contract's `plan`, and ours: `facts`, with the grain and the reasons of each aggregation."""
    query = plan.query
    edges = used_edges(index, plan)
    anchor = plan.facts[0]
    multiplying = [edge for edge in edges if edge.multiplies]
    return {
        "sources_used": list(used_sources(index, plan)),
        "join_paths": [str(path) for paths in used_paths(index, plan).values() for path in paths],
        "joins": [_join(index, edge) for edge in edges],
        "anchor_source": anchor.source,
        "anchor_grain": list(anchor.grain),
        "fan_out_description": _fan_out(plan, multiplying),
        "has_fan_out": len(plan.facts) > 1 or bool(multiplying),
        "measure_groups": [_group(fact) for fact in plan.facts if fact.leaves],
        "aggregate_locality": [_locality(fact) for fact in plan.facts if fact.leaves],
        "where_filters": [clause.text for clause in query.row_clauses],
        "having_filters": list(dict.fromkeys(clause.text for clause in query.group_clauses)),
        "columns": [named.name for named in query.names],
        "measures": [
            _measure(index, measure, named.name)
            for measure, named in zip(query.measures, query.names[len(query.dimensions) :], strict=True)
        ],
        "dimensions": [
            {"field": dimension.text, "granularity": dimension.granularity and dimension.granularity.value}
            for dimension in query.dimensions
        ],
        "order_by": [
            {"field": query.names[item.position].name, "direction": item.direction.value} for item in query.ordering
        ],
        "limit": query.limit,
        "include_empty": query.include_empty,
        "facts": [_fact(fact) for fact in plan.facts],
        "members": _members(plan),
    }


def lineage_to_wire(index: ModelIndex, plan: QueryPlan) -> Wire:
    """For every column of the answer, the fields it is made of."""
    query = plan.query
    lineage: Wire = {}
    for dimension, named in zip(query.dimensions, query.names, strict=False):
        source = index.source_of(dimension.field.role).name
        lineage[named.name] = {"fields": [f"{source}.{dimension.field.column}"], "role": dimension.field.role}
    for measure, named in zip(query.measures, query.names[len(query.dimensions) :], strict=True):
        fields = dict.fromkeys(
            f"{index.source_of(field.role or leaf.home).name}.{field.column}"
            for leaf in measure.formula.leaves
            for expression in (leaf.aggregate, *leaf.filters)
            for field in expression.fields
        )
        lineage[named.name] = {"fields": list(fields), "facts": list(measure.formula.homes)}
    return lineage


def _join(index: ModelIndex, edge: Edge) -> Wire:
    pairs = key_columns(join_condition(index, edge.declared).tree)
    if edge.flipped:
        pairs = tuple((far, near) for near, far in pairs)
    return {
        "from_source": edge.near,
        "to_source": edge.far,
        "from_column": ", ".join(near for near, _ in pairs),
        "to_column": ", ".join(far for _, far in pairs),
        "relationship": edge.relationship.value,
    }


def _fan_out(plan: QueryPlan, multiplying: list[Edge]) -> str | None:
    parts = []
    if len(plan.facts) > 1:
        parts.append(f"{', '.join(fact.role for fact in plan.facts)} are each aggregated alone, then joined by group")
    if multiplying:
        shown = ", ".join(str(edge) for edge in multiplying)
        parts.append(f"joins that multiply rows are only tested for existence, or harmless: {shown}")
    return "; ".join(parts) or None


def _group(fact: FactPlan) -> Wire:
    return {
        "source_name": fact.role,
        "measures": [leaf.aggregate.text for leaf in fact.leaves],
        "join_path_to_dims": [str(path) for path in fact.dimension_paths],
    }


def _locality(fact: FactPlan) -> str:
    return f"{fact.role}: each row counts once, identified by {', '.join(fact.grain)}"


def _measure(index: ModelIndex, measure: RequestedMeasure, name: str) -> Wire:
    declared = measure.declared is not None
    return {
        "name": name,
        "expr": measure.expr,
        "source_name": index.source_of(measure.role).name if measure.role else measure.formula.homes[0],
        "original_name": measure.declared,
        "qualified_ref": f"{measure.role}.{measure.declared}" if declared else None,
        "filter": measure.filter,
        "provenance": measure.provenance,
        "is_derived": bool(measure.formula.depends_on),
        "depends_on": list(measure.formula.depends_on),
        "description": measure.description,
    }


def _fact(fact: FactPlan) -> Wire:
    return {
        "role": fact.role,
        "source": fact.source,
        "grain": list(fact.grain),
        "aggregates": [leaf.aggregate.text for leaf in fact.leaves],
        "dimension_paths": [str(path) for path in fact.dimension_paths],
        "filters": [clause.text for clause in fact.clauses],
        "joins": [
            {"from": join.edge.near, "to": join.edge.far, "multiplies": join.multiplies, "reason": join.reason}
            for join in fact.reasons
        ],
    }


def _members(plan: QueryPlan) -> Wire | None:
    if plan.members is None:
        return None
    return {
        "role": plan.members.role,
        "dimension_paths": [str(path) for path in plan.members.dimension_paths],
        "filters": [clause.text for clause in plan.members.clauses],
    }
