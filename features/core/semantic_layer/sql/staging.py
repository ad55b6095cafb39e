"""Aggregates whose arguments hold nested queries, for dialects that allow none there: first the rows, then the sums."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree, outside_subqueries, reads_outer_row
from semantic_layer.expressions.identifiers import Names, column, identifier
from semantic_layer.resolve import Leaf

WITHOUT_NESTED_QUERIES = frozenset({"clickhouse", "tsql"})
"""Dialects that refuse a nested query inside an aggregate's argument."""

WITHOUT_NESTED_VALUES = frozenset({"databricks", "redshift", "snowflake"})
"""Dialects that promise, outside WHERE, only a nested query that is one value and reads nothing of the row outside."""

_STAGED = "staged"


def needs_staging(values: dict[Leaf, Tree], dialect: str) -> bool:
    """Whether some aggregate's argument holds a nested query that may not stand there.

    Raises SemanticError (`unsupported-in-dialect`) where it may not stand in a SELECT's columns either.
    """
    if dialect not in WITHOUT_NESTED_QUERIES | WITHOUT_NESTED_VALUES:
        return False
    nested = {leaf: found for leaf, value in values.items() if (found := _nested(value))}
    if dialect in WITHOUT_NESTED_VALUES:
        refused = next(
            (leaf for leaf, found in nested.items() if not all(map(_is_one_value_for_all_rows, found))), None
        )
        if refused is not None:
            raise SemanticError(
                "unsupported-in-dialect",
                f"{dialect} does not promise to run the nested query in {refused.aggregate.text!r} or its filter",
                hint="name the columns of a joined source instead, or declare a source whose sql says what is asked",
            )
    return bool(nested)


def _nested(value: Tree) -> list[Tree]:
    return [node for node in outside_subqueries(value) if isinstance(node, exp.Query)]


def _is_one_value_for_all_rows(query: Tree) -> bool:
    """Whether it stands for a value, not for a set (IN) or a question (EXISTS), and the same one in every row."""
    stands_for_more = isinstance(query.parent, exp.In | exp.SubqueryPredicate)
    return isinstance(query, exp.Subquery) and not stands_for_more and not reads_outer_row(query)


def staged(
    select: exp.Select, keys: tuple[Tree, ...], values: dict[Leaf, Tree], dialect: str
) -> tuple[exp.Select, tuple[Tree, ...], dict[Leaf, Tree]]:
    """The rows of `select` in a derived table with a column for each key and argument, and both over that table."""
    names = Names()
    inner: list[Tree] = []

    def moved(tree: Tree, hint: str) -> Tree:
        name = names.take(hint)
        inner.append(exp.Alias(this=tree, alias=identifier(name, dialect)))
        return column(name, _STAGED, dialect)

    outer_keys = tuple(moved(key, "key_1") for key in keys)
    for value in values.values():
        for holder, key in _arguments(value):
            argument = holder.args[key]
            if isinstance(argument, list):
                holder.set(key, [moved(part, "argument_1") for part in argument])
            else:
                holder.set(key, moved(argument, "argument_1"))
    if not inner:
        inner.append(exp.Literal.number(1))
    select.set("expressions", inner)
    outer = exp.Select()
    alias = exp.TableAlias(this=identifier(_STAGED, dialect))
    outer.set("from_", exp.From(this=exp.Subquery(this=select, alias=alias)))
    return outer, outer_keys, values


def _arguments(aggregate: Tree) -> list[tuple[Tree, str]]:
    """Where the row-level arguments of an aggregate are held."""
    if isinstance(aggregate, exp.WithinGroup):
        return [(ordered, "this") for ordered in aggregate.expression.expressions]
    value = aggregate.this
    if isinstance(value, exp.Star):
        return []
    if isinstance(value, exp.Distinct):
        return [(value, "expressions")]
    return [(aggregate, "this")]
