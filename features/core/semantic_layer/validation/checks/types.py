"""Values that an operation is not made for: a condition that is no truth value, the sum of a text."""

from collections.abc import Iterator
from functools import partial

from sqlglot import exp

from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.expressions import SELF, Field, Tree, outside_subqueries, parse_expression, position
from semantic_layer.graph import DeclaredJoin, column_parts, field_in_source, join_condition, key_columns
from semantic_layer.model import ColumnType, Source
from semantic_layer.validation.kinds import KindOfColumn, kind_of
from semantic_layer.validation.readable import ReadableModel

_OVER_NUMBERS = (exp.Sum, exp.Avg, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop)
_FRACTIONS = (exp.Median, exp.Quantile, exp.ApproxQuantile)
_OVER_NUMBERS_BY_NAME = frozenset({"median", "percentile"})
_ARITHMETIC = (exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Sub, exp.Neg)
_DEEPEST_CHAIN = 20


def check_types(model: ReadableModel) -> Iterator[Problem]:
    """Findings about declared types. What has no declared type is taken to fit."""
    for source in model.sources:
        for text, path, is_condition in _texts(source):
            try:
                tree = parse_expression(text, model.dialect, comments=True)
            except SemanticError:
                continue  # check_expressions and check_joins say why
            kind_of_column = partial(_kind_of_column, model, source.name, depth=0)
            for problem in _mismatches(tree, kind_of_column, is_condition=is_condition):
                yield SemanticError.of(problem).at(source=source.name, field=path).problem
        yield from _join_keys(model, source)


def _texts(source: Source) -> Iterator[tuple[str, str, bool]]:
    """Every expression of a source, its path, and whether it is a condition."""
    for at, column in enumerate(source.columns):
        if column.expr is not None:
            yield column.expr, f"columns[{at}].expr", False
    for at, join in enumerate(source.joins):
        yield join.on, f"joins[{at}].on", True
    for at, segment in enumerate(source.segments):
        yield segment.expr, f"segments[{at}].expr", True
    for at, measure in enumerate(source.measures):
        yield measure.expr, f"measures[{at}].expr", False
        if measure.filter is not None:
            yield measure.filter, f"measures[{at}].filter", True


def _mismatches(tree: Tree, kind_of_column: KindOfColumn, *, is_condition: bool) -> Iterator[Problem]:
    if is_condition:
        yield from _not_boolean(tree, kind_of_column)
    for node in outside_subqueries(tree):
        if isinstance(node, exp.Connector | exp.Not) and not is_condition:
            yield from _not_boolean(node, kind_of_column)
        name = node.name.lower() if isinstance(node, exp.Anonymous) else node.key
        if isinstance(node, _OVER_NUMBERS + _FRACTIONS) or name in _OVER_NUMBERS_BY_NAME:
            argument = node.expressions[0] if isinstance(node, exp.Anonymous) and node.expressions else node.this
            yield from _not_number(argument, f"{name}(…)", kind_of_column)
        elif isinstance(node, _ARITHMETIC):
            for operand in (node.this, node.args.get("expression")):
                if isinstance(operand, exp.Expr) and kind_of(operand, kind_of_column) is ColumnType.STRING:
                    yield _mismatch(operand, "arithmetic")


def _not_boolean(tree: Tree, kind_of_column: KindOfColumn) -> Iterator[Problem]:
    inner = tree.unnest() if isinstance(tree, exp.Paren) else tree
    if isinstance(inner, exp.Connector):
        yield from _not_boolean(inner.this, kind_of_column)
        yield from _not_boolean(inner.expression, kind_of_column)
    elif isinstance(inner, exp.Not):
        yield from _not_boolean(inner.this, kind_of_column)
    elif isinstance(inner, exp.Literal) or kind_of(inner, kind_of_column) not in (None, ColumnType.BOOLEAN):
        message = f"a condition is true or false, this is not: {inner.sql()}"
        yield Problem("not-boolean", message, position(inner))


def _not_number(argument: object, operation: str, kind_of_column: KindOfColumn) -> Iterator[Problem]:
    if isinstance(argument, exp.Distinct) and argument.expressions:
        argument = argument.expressions[0]
    if isinstance(argument, exp.Expr) and kind_of(argument, kind_of_column) not in (None, ColumnType.NUMBER):
        yield _mismatch(argument, operation)


def _mismatch(operand: Tree, operation: str) -> Problem:
    return Problem("type-mismatch", f"{operation} wants numbers, this is none: {operand.sql()}", position(operand))


def _kind_of_column(model: ReadableModel, source: str, node: Tree, *, depth: int) -> ColumnType | None:
    parts = column_parts(node)
    if parts is None:
        return None
    try:
        field = field_in_source(model.index, source, parts)
        owner = source if field.role == SELF else model.index.source_of(field.role).name
    except SemanticError:
        return None  # a measure, or nothing: check_expressions says so
    return _kind_of_field(model, owner, field, depth=depth)


def _kind_of_field(model: ReadableModel, owner: str, field: Field, *, depth: int) -> ColumnType | None:
    """The declared type, else what the expression of a computed column tells."""
    column = model.index.columns(owner)[field.column]
    if column.type is not None or column.expr is None or depth > _DEEPEST_CHAIN:
        return column.type
    try:
        tree = parse_expression(column.expr, model.dialect, comments=True)
    except SemanticError:
        return None
    return kind_of(tree, partial(_kind_of_column, model, owner, depth=depth + 1))


def _join_keys(model: ReadableModel, source: Source) -> Iterator[Problem]:
    for at, join in enumerate(source.joins):
        target = model.index.sources.get(join.to)
        if target is None:
            continue
        try:
            condition = join_condition(model.index, DeclaredJoin(source.name, at, join))
        except SemanticError:
            continue  # check_joins says why
        for near, far in key_columns(condition.tree):
            kinds = [
                _kind_of_field(model, owner, Field(SELF, name), depth=0)
                for owner, name in ((source.name, near), (target.name, far))
            ]
            if None not in kinds and kinds[0] is not kinds[1]:
                message = f"{source.name}.{near} is a {kinds[0]}, {join.role}.{far} a {kinds[1]}"
                yield Problem("join-types-differ", message, Where(source.name, f"joins[{at}].on"))
