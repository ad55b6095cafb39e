"""Declared measures become formulas."""

from semantic_layer.errors import SemanticError, Where, nearest, placed
from semantic_layer.expressions import SELF, Expression, Field, Tree, expression_of
from semantic_layer.graph import ModelIndex, Parts, correlated, field_in_source, model_tree, resolve_fields
from semantic_layer.graph.scope import MODEL_AGGREGATES
from semantic_layer.model import Measure
from semantic_layer.resolve.formula import Formula, Leaf
from semantic_layer.resolve.measure_names import MeasureKey, measure_in_source, nested_measure, unknown_measure
from semantic_layer.resolve.segments import row_condition, segment_rows
from semantic_layer.resolve.take_apart import taken_apart
from semantic_layer.resolve.types import require_numeric_arguments, with_common_meaning


def declared_formula(index: ModelIndex, key: MeasureKey, above: tuple[MeasureKey, ...] = ()) -> Formula:
    """The formula of a declared measure, as the role in `key` has it."""
    if key in above:
        circle = " -> ".join(f"{role}.{name}" for role, name in (*above[above.index(key) :], key))
        raise SemanticError("cyclic-measure", f"measures form a circle: {circle}")
    return index.remember(("formula", *key), lambda: _declared(index, key, (*above, key)))


def _declared(index: ModelIndex, key: MeasureKey, above: tuple[MeasureKey, ...]) -> Formula:
    role, name = key
    source = index.source_of(role).name
    measure = index.measure(source, name)
    if measure is None:
        raise unknown_measure(index, key)

    def lookup(parts: Parts) -> Field:
        return _column_in_aggregate(index, source, parts)

    def leaf_of(aggregate: Tree, conditions: tuple[Tree, ...]) -> Leaf:
        nested = correlated(lookup)
        tree = resolve_fields(index, aggregate, lookup, nested, {SELF: source})
        resolved = expression_of(measure.expr, with_common_meaning(index, tree, source))
        filters = tuple(
            expression_of(measure.expr, resolve_fields(index, condition, lookup, nested, {SELF: source}))
            for condition in conditions
        )
        require_numeric_arguments(index, resolved.tree, source)
        return Leaf(role, resolved, filters)

    def formula_of(parts: Parts, node: Tree) -> tuple[str, Formula]:
        used = measure_in_source(index, role, source, parts, node)
        return ".".join(used), declared_formula(index, used, above)

    with placed(source=source, field=f"measures.{name}.expr"):
        formula = taken_apart(index, model_tree(index, measure.expr, MODEL_AGGREGATES), leaf_of, formula_of)
    return _restricted(formula, role, _declared_filters(index, source, measure))


def _restricted(formula: Formula, role: str, filters: tuple[Expression, ...]) -> Formula:
    """The same formula with further filters on every leaf."""
    if not filters:
        return formula
    leaves = tuple(
        Leaf(leaf.home, leaf.aggregate, leaf.filters + tuple(_at_home(part, role, leaf.home) for part in filters))
        for leaf in formula.leaves
    )
    return Formula(formula.tree, leaves, formula.depends_on)


def _at_home(filter_: Expression, role: str, home: str) -> Expression:
    return filter_ if role == home else filter_.moved(SELF, role).moved(home, SELF)


def _declared_filters(index: ModelIndex, source: str, measure: Measure) -> tuple[Expression, ...]:
    filters = []
    for position_, name in enumerate(measure.segments):
        segment = index.segment(source, name.removeprefix(f"{source}."))
        if segment is None:
            names = [known.name for known in index.sources[source].segments]
            where = Where(source, f"measures.{measure.name}.segments[{position_}]")
            raise SemanticError("unknown-segment", f"no segment {name!r}", where=where, near=nearest(name, names))
        filters.append(segment_rows(index, source, segment.name))
    if measure.filter is not None:
        with placed(source=source, field=f"measures.{measure.name}.filter"):
            filters.append(row_condition(index, source, measure.filter))
    return tuple(filters)


def _column_in_aggregate(index: ModelIndex, source: str, parts: Parts) -> Field:
    try:
        return field_in_source(index, source, parts)
    except SemanticError:
        if index.measure(source, parts[-1]) and (len(parts) == 1 or parts[0] == source):
            raise nested_measure(parts) from None
        raise
