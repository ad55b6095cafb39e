"""Measures, declared and composed, become formulas."""

from collections.abc import Callable

from sqlglot import exp

from semantic_layer.errors import SemanticError, Where, nearest, placed
from semantic_layer.expressions import (
    SELF,
    Allowed,
    Expression,
    Field,
    Tree,
    expression_of,
    fresh,
    is_aggregate,
    position,
    rebuild,
)
from semantic_layer.graph import (
    ModelIndex,
    Parts,
    column_parts,
    correlated,
    field_in_query,
    field_in_source,
    find_field,
    located,
    model_tree,
    resolve_fields,
    source_rows,
    splits,
    upward_path,
)
from semantic_layer.graph.scope import MODEL_AGGREGATES, query_tree
from semantic_layer.model import Measure
from semantic_layer.resolve.formula import Formula, FormulaBuilder, Leaf
from semantic_layer.resolve.subqueries import checked_subquery
from semantic_layer.resolve.types import require_boolean, require_numeric_arguments

MeasureKey = tuple[str, str]
"""(role, measure name)."""

QUERY_AGGREGATES = Allowed(aggregates=True, trusted=False)

_NESTED = "\x00nested"
"""The name, which no text can spell, of a call that carries a resolved query through what is resolved around it."""

LeafOf = Callable[[Tree, tuple[Tree, ...]], Leaf]
FormulaOf = Callable[[Parts, Tree], tuple[str, Formula]]


def find_measure(index: ModelIndex, parts: Parts) -> MeasureKey | None:
    """`role.measure`, or a bare name that only one source declares; None when there is no such measure."""
    for role, name in splits(parts):
        if role in index.roles and index.measure(index.source_of(role).name, name):
            return role, name
    name = ".".join(parts)
    owners = index.sources_with_measure(name)
    if len(owners) > 1:
        candidates = [f"{owner}.{name}" for owner in owners]
        raise SemanticError("ambiguous-name", f"{name!r} could be {' or '.join(candidates)}", near=candidates)
    return (owners[0], name) if owners else None


def unknown_measure(index: ModelIndex, parts: Parts) -> SemanticError:
    """The refusal for a name that is no measure, with the reason that fits."""
    name = ".".join(parts)
    if find_field(index, parts) is not None:
        return SemanticError(
            "bare-column", f"{name!r} is a column, not a measure", hint=f"aggregate it: sum({name}), max({name}), …"
        )
    known = [f"{source.name}.{measure.name}" for source in index.sources.values() for measure in source.measures]
    bare = {text.rpartition(".")[2]: text for text in known}
    near = nearest(name, known) or tuple(bare[found] for found in nearest(parts[-1], bare))
    return SemanticError("unknown-measure", f"no measure is named {name!r}", near=near)


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
        resolved = expression_of(measure.expr, resolve_fields(aggregate, lookup, nested))
        filters = tuple(
            expression_of(measure.expr, resolve_fields(condition, lookup, nested)) for condition in conditions
        )
        require_numeric_arguments(index, resolved.tree, source)
        return Leaf(role, resolved, filters)

    def formula_of(parts: Parts, node: Tree) -> tuple[str, Formula]:
        used = _measure_in_source(index, role, source, parts, node)
        return ".".join(used), declared_formula(index, used, above)

    with placed(source=source, field=f"measures.{name}.expr"):
        formula = _formula(model_tree(index, measure.expr, MODEL_AGGREGATES), leaf_of, formula_of)
    return _restricted(formula, role, _declared_filters(index, source, measure))


def composed_formula(index: ModelIndex, text: str) -> Formula:
    """The formula of an expression in a query."""
    return formula_in_query(index, query_tree(index, text, QUERY_AGGREGATES), text)


def group_formula(index: ModelIndex, tree: Tree, text: str) -> Formula:
    """The formula of a filter on groups. A nested query in it is one value for all groups."""
    sources: dict[str, None] = {}

    def replace(node: Tree) -> Tree | None:
        if not isinstance(node, exp.Query):
            return None
        nested = expression_of(text, checked_subquery(index)(node))
        if nested.fields:
            raise SemanticError(
                "correlated-subquery",
                f"a nested query in a filter on groups reads {nested.fields[0].role}.{nested.fields[0].column}, "
                "which a group has no single one of",
            )
        sources.update(dict.fromkeys(nested.sources))
        return exp.Anonymous(this=_NESTED, expressions=[nested.tree])

    formula = formula_in_query(index, rebuild(tree, replace), text)
    return Formula(rebuild(formula.tree, _unwrapped), formula.leaves, formula.depends_on, tuple(sources))


def _unwrapped(node: Tree) -> Tree | None:
    return fresh(node.expressions[0]) if isinstance(node, exp.Anonymous) and node.this == _NESTED else None


def formula_in_query(index: ModelIndex, tree: Tree, text: str) -> Formula:
    """The formula of a parsed and normalised tree over measures and aggregates, named as queries name them."""

    def lookup(parts: Parts) -> Field:
        try:
            return field_in_query(index, parts)
        except SemanticError:
            if find_field(index, parts) is None and find_measure(index, parts):
                raise _nested(parts) from None
            raise

    def leaf_of(aggregate: Tree, conditions: tuple[Tree, ...]) -> Leaf:
        nested = checked_subquery(index)
        resolved = expression_of(text, resolve_fields(aggregate, lookup, nested))
        home = _home(index, aggregate, resolved)
        filters = tuple(expression_of(text, resolve_fields(condition, lookup, nested)) for condition in conditions)
        require_numeric_arguments(index, resolved.tree, home)
        return Leaf(home, resolved.moved(home, SELF), tuple(part.moved(home, SELF) for part in filters))

    def formula_of(parts: Parts, node: Tree) -> tuple[str, Formula]:
        key = find_measure(index, parts)
        if key is None:
            raise _standing(unknown_measure(index, parts), node)
        return ".".join(key), declared_formula(index, key)

    return _formula(tree, leaf_of, formula_of)


def _formula(tree: Tree, leaf_of: LeafOf, formula_of: FormulaOf) -> Formula:
    builder = FormulaBuilder.empty()

    def replace(node: Tree) -> Tree | None:
        if isinstance(node, exp.Filter):
            return builder.place(leaf_of(node.this, (node.expression.this,)))
        if is_aggregate(node):
            return builder.place(leaf_of(node, ()))
        if isinstance(node, exp.Anonymous) and node.this == _NESTED:
            return exp.Anonymous(this=_NESTED, expressions=[fresh(node.expressions[0])])
        if isinstance(node, exp.Query):
            raise SemanticError("subquery-in-measure", "a measure is made of aggregates and measures, not of queries")
        parts = column_parts(node) if isinstance(node, exp.Column | exp.Dot) else None
        return None if parts is None else builder.inline(*formula_of(parts, node))

    formula = builder.build(rebuild(tree, replace))
    if not formula.leaves:
        raise SemanticError("no-aggregate", "a measure aggregates something: sum(…), count(…), or other measures")
    return formula


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
            filters.append(_condition(index, source, measure.filter))
    return tuple(filters)


def segment_rows(index: ModelIndex, source: str, name: str) -> Expression:
    """The row expression of a declared segment, its own columns in the role SELF."""
    segment = index.segment(source, name)
    if segment is None:
        raise SemanticError("unknown-segment", f"{source!r} has no segment {name!r}")
    with placed(source=source, field=f"segments.{name}.expr"):
        return _condition(index, source, segment.expr)


def _condition(index: ModelIndex, source: str, text: str) -> Expression:
    rows = source_rows(index, source, text)
    require_boolean(index, rows.tree, source)
    return rows


def _column_in_aggregate(index: ModelIndex, source: str, parts: Parts) -> Field:
    try:
        return field_in_source(index, source, parts)
    except SemanticError:
        if index.measure(source, parts[-1]) and (len(parts) == 1 or parts[0] == source):
            raise _nested(parts) from None
        raise


def _measure_in_source(index: ModelIndex, role: str, source: str, parts: Parts, node: Tree) -> MeasureKey:
    name = ".".join(parts)
    if index.measure(source, name):
        return role, name
    for owner, measure in splits(parts):
        if owner == source and index.measure(source, measure):
            return role, measure
        if owner in index.roles and index.measure(index.source_of(owner).name, measure):
            return owner, measure
    try:
        field_in_source(index, source, parts)
    except SemanticError:
        known = [measure.name for measure in index.sources[source].measures]
        error = SemanticError("unknown-measure", f"no measure is named {name!r}", near=nearest(name, known))
        raise _standing(error, node) from None
    error = SemanticError("bare-column", f"{name!r} is a column, a measure aggregates it", hint=f"write sum({name})")
    raise _standing(error, node)


def _home(index: ModelIndex, aggregate: Tree, resolved: Expression) -> str:
    """The role whose rows are aggregated: the one from which all others are reached without multiplying rows."""
    roles = resolved.roles
    if not roles:
        star = aggregate.find(exp.Star)
        parts = column_parts(star.parent) if star is not None and isinstance(star.parent, exp.Column) else None
        if parts is not None:
            role = ".".join(parts[:-1])
            if role not in index.roles:
                raise _standing(index.unknown_role(role), aggregate)
            return role
        if len(index.sources) == 1:
            return next(iter(index.sources))
        raise SemanticError(
            "unclear-source", "the aggregate does not say whose rows it counts", hint="write count(source.*)"
        )
    homes = [role for role in roles if all(upward_path(index, role, other) is not None for other in roles)]
    if not homes:
        raise SemanticError(
            "fan-out",
            f"no source of {', '.join(roles)} reaches the others without repeating rows",
            where=position(aggregate),
            hint="aggregate each source on its own and combine the results",
        )
    return homes[0]


def _nested(parts: Parts) -> SemanticError:
    name = ".".join(parts)
    return SemanticError("nested-aggregate", f"{name!r} is a measure, it aggregates already", hint=f"write {name}")


def _standing(error: SemanticError, node: Tree) -> SemanticError:
    def raising(_: Parts) -> Field:
        raise error

    try:
        located(raising, (), node)
    except SemanticError as placed:
        return placed
    return error
