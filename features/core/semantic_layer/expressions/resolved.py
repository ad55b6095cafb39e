"""An expression whose every column is known: which role, which column."""

from collections.abc import Callable
from typing import NamedTuple

from sqlglot import exp

from semantic_layer.expressions.tree import Tree, rebuild
from semantic_layer.frozen import frozen

SELF = ""
"""The role of an expression's own source, until a query says where it stands."""


class Field(NamedTuple):
    """A column as a role has it."""

    role: str
    column: str


@frozen
class Expression:
    """`tree` holds a field node (see `field_node`) for every column outside nested queries, and is never changed.

    `fields` are those, each once, in the order of the text. Columns inside nested queries are left as
    written; `sources` are the declared sources that nested queries read.
    """

    text: str
    tree: Tree
    fields: tuple[Field, ...]
    sources: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(field.role for field in self.fields))

    def moved(self, source: str, target: str) -> "Expression":
        """The same expression with one role renamed."""
        if all(field.role != source for field in self.fields):
            return self
        return expression_of(self.text, substituted(self.tree, lambda field: _renamed(field, source, target)))


def field_node(field: Field) -> exp.Column:
    """The node that stands for a field. The extra argument tells it from a column that is not resolved."""
    return exp.Column(this=exp.Identifier(this=field.column), table=exp.Identifier(this=field.role), resolved=True)


def field_at(node: Tree) -> Field | None:
    """The field that a node stands for."""
    if type(node) is exp.Column and node.args.get("resolved"):
        return Field(node.args["table"].this, node.this.this)
    return None


def expression_of(text: str, tree: Tree) -> Expression:
    """Collect the fields of a resolved tree."""
    found: dict[Field, None] = {}
    sources: dict[str, None] = {}
    for node in tree.dfs():
        field = field_at(node)
        if field is not None:
            found[field] = None
        elif source := source_at(node):
            sources[source] = None
    return Expression(text, tree, tuple(found), tuple(sources))


def source_node(source: str, alias: str) -> exp.Table:
    """The node that stands for a declared source in the FROM of a nested query."""
    return exp.Table(
        this=exp.Identifier(this=source), alias=exp.TableAlias(this=exp.Identifier(this=alias)), resolved=True
    )


def source_at(node: Tree) -> str | None:
    """The source that a node stands for."""
    return str(node.this.this) if type(node) is exp.Table and node.args.get("resolved") else None


def substituted(
    tree: Tree, substitute: Callable[[Field], Tree], table: Callable[[str, str], Tree] | None = None
) -> Tree:
    """A new tree with every field exchanged, and with `table` every source node (given its source and alias)."""

    def replace(node: Tree) -> Tree | None:
        field = field_at(node)
        if field is not None:
            return substitute(field)
        source = source_at(node) if table else None
        return table(source, node.alias) if table and source else None

    return rebuild(tree, replace)


def _renamed(field: Field, source: str, target: str) -> Tree:
    return field_node(Field(target, field.column) if field.role == source else field)
