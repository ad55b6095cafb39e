"""Aggregates whose arguments hold nested queries, for dialects that allow none there: first the rows, then the sums."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree
from semantic_layer.expressions.identifiers import Names, column, identifier
from semantic_layer.resolve import Leaf

WITHOUT_NESTED_QUERIES = frozenset({"clickhouse", "tsql"})
"""Dialects that refuse a nested query inside an aggregate's argument."""

WITHOUT_NESTED_VALUES = frozenset({"databricks", "redshift", "snowflake"})
"""Dialects that promise a nested query in WHERE only, or correlate none elsewhere."""

_STAGED = "staged"


def needs_staging(values: dict[Leaf, Tree], dialect: str) -> bool:
    """Whether some aggregate's argument holds a nested query that may not stand there.

    Raises SemanticError (`unsupported-in-dialect`) where it may not stand in a SELECT's columns either.
    """
    if dialect not in WITHOUT_NESTED_QUERIES | WITHOUT_NESTED_VALUES:
        return False
    nested = [leaf for leaf, value in values.items() if value.find(exp.Query)]
    if nested and dialect in WITHOUT_NESTED_VALUES:
        raise SemanticError(
            "unsupported-in-dialect",
            f"{dialect} does not promise to run the nested query in {nested[0].aggregate.text!r} or its filter",
            hint="name the columns of a joined source instead, or declare a source whose sql says what is asked",
        )
    return bool(nested)


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
