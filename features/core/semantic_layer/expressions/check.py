"""Which nodes an expression may consist of. What is not on the list is refused by name."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions.functions import is_aggregate, is_known_aggregate, refuse_effects
from semantic_layer.expressions.parse import position
from semantic_layer.expressions.tree import Tree
from semantic_layer.frozen import frozen

_BESIDES_CONDITIONS = (
    exp.Identifier,
    exp.DataType,
    exp.DataTypeParam,
    exp.Interval,
    exp.IntervalSpan,
    exp.Var,
    exp.Order,
    exp.Ordered,
    exp.Where,
    exp.Filter,
    exp.WithinGroup,
    exp.Distinct,
    exp.Tuple,
    exp.If,
    exp.JSONPath,
    exp.JSONPathPart,
    exp.AtTimeZone,
    exp.Slice,
    exp.Kwarg,
    exp.WeekStart,
)
_IN_SUBQUERIES = (
    exp.Select,
    exp.SetOperation,
    exp.Subquery,
    exp.From,
    exp.Table,
    exp.TableAlias,
    exp.Join,
    exp.Group,
    exp.Having,
    exp.Limit,
    exp.Alias,
    exp.Star,
)
_KNOWN = (exp.Condition, exp.Func, exp.Query, *_BESIDES_CONDITIONS, *_IN_SUBQUERIES)
_REFUSED: tuple[tuple[type[exp.Expr], str, str], ...] = (
    (exp.Window, "window-function", "window functions have no place in a measure, dimension or filter"),
    (exp.Placeholder, "parameter", "parameters are not supported in expressions"),
    (exp.Parameter, "parameter", "parameters and variables are not supported in expressions"),
    (exp.SessionParameter, "parameter", "session variables are not supported in expressions"),
)


@frozen
class Allowed:
    """What an expression may hold beyond scalar SQL.

    `trusted` marks the model's own text: its author may read what they like, so subqueries over raw tables are fine.
    """

    aggregates: bool
    trusted: bool


def check(tree: Tree, allowed: Allowed) -> None:
    """Walk the tree. Raises SemanticError at the first node that may not be there."""
    stack = [(tree, False, False)]
    while stack:
        node, in_subquery, in_aggregate = stack.pop()
        _check_node(node, allowed, in_subquery=in_subquery)
        if is_aggregate(node) and not in_subquery:
            _check_aggregate(node, allowed, nested=in_aggregate)
        inside = in_subquery or isinstance(node, exp.Query)
        aggregating = (in_aggregate or is_aggregate(node)) and not inside
        # PERCENTILE_CONT(p) inside WITHIN GROUP is one call, not a nested one.
        parts = list(node.iter_expressions())
        if isinstance(node, exp.WithinGroup):
            parts = [part for own in (node.this, node.expression) if own for part in own.iter_expressions()]
        stack.extend((part, inside, aggregating) for part in reversed(parts))


def _check_node(node: Tree, allowed: Allowed, *, in_subquery: bool) -> None:
    for kind, code, message in _REFUSED:
        if isinstance(node, kind):
            raise SemanticError(code, message, where=position(node))
    if isinstance(node, exp.Star):
        if not in_subquery and not _counts_rows(node):
            raise SemanticError("star", "'*' stands for rows only in count(*)", where=position(node))
        return
    if isinstance(node, exp.Anonymous) and not allowed.trusted:
        refuse_effects(node)
    known = isinstance(node, _KNOWN)
    if not known or isinstance(node, exp.DML | exp.DDL | exp.Command | exp.Into | exp.Lock):
        if isinstance(node, exp.With | exp.CTE) and in_subquery and allowed.trusted:
            return
        raise SemanticError(
            "unsupported-syntax", f"{node.key.upper()} is not supported in an expression", where=position(node)
        )


def _check_aggregate(node: Tree, allowed: Allowed, *, nested: bool) -> None:
    name = node.this.key if isinstance(node, exp.WithinGroup) else node.key
    shown = node.name if isinstance(node, exp.AnonymousAggFunc) else name
    if nested:
        raise SemanticError("nested-aggregate", f"{shown}(…) stands inside another aggregate", where=position(node))
    if not allowed.aggregates:
        raise SemanticError(
            "aggregate-not-allowed", f"{shown}(…) aggregates rows, here is only one", where=position(node)
        )
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct) and len(node.this.expressions) > 1:
        raise SemanticError(
            "unsupported-aggregate",
            "count(distinct …) takes one value",
            where=position(node),
            hint="declare a computed column that joins the values",
        )
    if isinstance(node, exp.Max | exp.Min) and (node.expressions or node.args.get("count")):
        # No aggregate at all: it would be written as GREATEST, of some row of each group. In DuckDB, a list of values.
        best = "greatest" if isinstance(node, exp.Max) else "least"
        raise SemanticError(
            "unsupported-aggregate",
            f"{shown}(…) takes one value",
            where=position(node),
            hint=f"{best}(a, b) is the {best} of several values in one row",
        )
    if not is_known_aggregate(node):
        raise SemanticError("unsupported-aggregate", f"the aggregate {shown!r} is not supported", where=position(node))


def _counts_rows(star: exp.Star) -> bool:
    holder = star.parent
    if isinstance(holder, exp.Column):
        holder = holder.parent
    return isinstance(holder, exp.Count)
