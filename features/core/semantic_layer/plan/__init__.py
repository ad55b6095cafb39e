"""What is aggregated where, and why the numbers are right."""

from semantic_layer.plan.plan import plan_query
from semantic_layer.plan.records import FactPlan, JoinReason, MembersPlan, QueryPlan
from semantic_layer.plan.usage import used_edges, used_paths, used_sources
from semantic_layer.plan.wire import lineage_to_wire, plan_to_wire

__all__ = [
    "FactPlan",
    "JoinReason",
    "MembersPlan",
    "QueryPlan",
    "lineage_to_wire",
    "plan_query",
    "plan_to_wire",
    "used_edges",
    "used_paths",
    "used_sources",
]
