"""Aggregates whose arguments hold nested queries, for dialects that allow none there: first the rows, then the sums."""

from sqlglot import exp

from semantic_layer.expressions import Tree
from semantic_layer.expressions.identifiers import Names, column, identifier
from semantic_layer.resolve import Leaf

WITHOUT_NESTED_QUERIES = frozenset({"clickhouse", "tsql"})
"""Dialects that refuse a nested query inside an aggregate's argument."""

_STAGED = "staged"


def needs_staging(values: dict[Leaf, Tree], dialect: str) -> bool:
    return dialect in WITHOUT_NESTED_QUERIES and any(value.find(exp.Query) for value in values.values())


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
