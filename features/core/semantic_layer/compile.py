"""The one way in: sources and a query go in, SQL and its plan come out."""

from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp
from sqlglot.errors import ErrorLevel, UnsupportedError

from semantic_layer.broken_sources import broken_sources_left_out, refusing_broken
from semantic_layer.checker import check_query
from semantic_layer.compiled import CompiledQuery, OutputColumn
from semantic_layer.errors import SemanticError
from semantic_layer.expressions import dialect_name
from semantic_layer.functions import recording_calls, refuse_absent, undocumented
from semantic_layer.graph import ModelIndex
from semantic_layer.memory import Model, ModelMemory, QueryMemory
from semantic_layer.model import parse_query
from semantic_layer.passes import lower
from semantic_layer.plan import QueryPlan, lineage_to_wire, plan_query, plan_to_wire, used_sources
from semantic_layer.resolve import Dimension, RequestedMeasure, resolve_query
from semantic_layer.sql import build_query
from semantic_layer.sqlglot_dialect import sqlglot_dialect

_MODELS = ModelMemory()
_QUERIES: QueryMemory[CompiledQuery] = QueryMemory()


def compile_query(
    sources: Sequence[Mapping[str, object]] | Model, query: Mapping[str, object], *, dialect: str = "postgres"
) -> CompiledQuery:
    """Compile one query over a model for one dialect. Raises SemanticError, and computes nothing, when it cannot.

    The model is indexed once for its content, and a query that was compiled before is not compiled again. Finding out
    that mappings are the same as before means reading them: who compiles many queries holds a `Model`.
    """
    known = dialect_name(dialect)
    index = sources.index(known) if isinstance(sources, Model) else _MODELS.index(sources, known)
    return _QUERIES.compiled(index, query, lambda: compile_indexed(index, query))


def compile_indexed(index: ModelIndex, query: Mapping[str, object]) -> CompiledQuery:
    """Compile one query over a model that is indexed already."""
    asked = parse_query(query)
    with refusing_broken(index):
        plan = plan_query(index, resolve_query(index, asked))
    left_out = broken_sources_left_out(index, used_sources(index, plan))
    tree = build_query(index, plan)
    check_query(index, tree, _homes(index, plan))
    tree = lower(tree, index.dialect)
    sql, called = _written(tree, index.dialect)
    refuse_absent(called, index.dialect)
    return CompiledQuery(
        sql=sql,
        dialect=index.dialect,
        columns=_columns(plan),
        plan=plan_to_wire(index, plan),
        warnings=(*plan.warnings, *left_out, *undocumented(called, index.dialect)),
        lineage=lineage_to_wire(index, plan),
    )


def _written(tree: exp.Select, dialect: str) -> tuple[str, Iterable[str]]:
    """The text, and the functions that it calls."""
    generator = sqlglot_dialect(dialect).generator(unsupported_level=ErrorLevel.RAISE)
    called = recording_calls(generator)
    try:
        return generator.generate(tree, copy=False), called
    except UnsupportedError as error:
        raise SemanticError("unsupported-in-dialect", f"{dialect} has no equivalent: {error}") from None


def _homes(index: ModelIndex, plan: QueryPlan) -> dict[str, frozenset[str]]:
    """For each column of the answer the sources whose rows it aggregates."""
    formulas = [None] * len(plan.query.dimensions) + [measure.formula for measure in plan.query.measures]
    return {
        named.alias: frozenset(index.source_of(home).name for home in formula.homes) if formula else frozenset()
        for named, formula in zip(plan.query.names, formulas, strict=True)
    }


def _columns(plan: QueryPlan) -> tuple[OutputColumn, ...]:
    query = plan.query
    items: list[Dimension | RequestedMeasure] = [*query.dimensions, *query.measures]
    return tuple(
        OutputColumn(
            name=named.name,
            provenance="dimension" if isinstance(item, Dimension) else item.provenance,
            expr=item.text if isinstance(item, Dimension) else item.expr,
            alias=named.alias,
            description=item.description,
            granularity=item.granularity.value if isinstance(item, Dimension) and item.granularity else None,
        )
        for named, item in zip(query.names, items, strict=True)
    )
