"""Copying and substituting in sqlglot trees. A tree that is kept is never changed; these make new ones."""

from collections.abc import Callable, Iterator

from sqlglot import exp

Tree = exp.Expr
Replace = Callable[[Tree], Tree | None]

_OPERATORS = (exp.Binary, exp.Unary, exp.Between, exp.In, exp.AtTimeZone, exp.Interval)
"""What other operators could bind into. Calls, CASE, names and literals are closed in themselves."""


def rebuild(tree: Tree, replace: Replace) -> Tree:
    """A new tree in which every node that `replace` answers for is exchanged, with parentheses where it needs them.

    What `replace` returns must be new, too: it is put into the result as it is.
    """
    replaced = replace(tree)
    return _copy(tree, replace) if replaced is None else replaced


def fresh(tree: Tree) -> Tree:
    """A copy without the parser's comments, positions and types."""
    return _copy(tree, _nothing)


def grouped(tree: Tree) -> Tree:
    """The tree, in parentheses unless nothing could bind into it."""
    closed = isinstance(tree, exp.Paren | exp.Dot) or not isinstance(tree, _OPERATORS)
    return tree if closed else exp.Paren(this=tree)


def conjunction(trees: list[Tree]) -> Tree | None:
    """All of them, ANDed; None for none."""
    if not trees:
        return None
    result = trees[0] if len(trees) == 1 else _operand(trees[0])
    for tree in trees[1:]:
        result = exp.And(this=result, expression=_operand(tree))
    return result


def conjuncts(tree: Tree) -> list[Tree]:
    """What a condition ANDs, parentheses aside; itself when it is no conjunction."""
    if isinstance(tree, exp.Paren):
        return conjuncts(tree.this)
    if isinstance(tree, exp.And):
        return conjuncts(tree.this) + conjuncts(tree.expression)
    return [tree]


def disjunction(trees: list[Tree]) -> Tree:
    """Any of them, ORed; at least one."""
    result = trees[0] if len(trees) == 1 else _operand(trees[0])
    for tree in trees[1:]:
        result = exp.Or(this=result, expression=_operand(tree))
    return result


def outside_subqueries(tree: Tree) -> Iterator[Tree]:
    """Every node that does not lie inside a nested query."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, exp.Query):
            stack.extend(reversed(list(node.iter_expressions())))


def reads_outer_row(query: Tree) -> bool:
    """Whether a nested query, every name of which is resolved, reads columns of what stands outside (is correlated)."""
    own = {table.alias_or_name for table in query.find_all(exp.Table, exp.Subquery)}
    return any(column.table and column.table not in own for column in query.find_all(exp.Column))


def _operand(tree: Tree) -> Tree:
    return exp.Paren(this=tree) if isinstance(tree, exp.Connector) else tree


def _copy(tree: Tree, replace: Replace) -> Tree:
    args: dict[str, object] = {}
    plain = isinstance(tree, exp.Paren | exp.AggFunc | exp.Coalesce | exp.Nullif)
    for key, value in tree.args.items():
        if isinstance(value, exp.Expr):
            args[key] = _child(value, replace, plain=plain)
        elif isinstance(value, list):
            args[key] = [_child(item, replace, plain=plain) if isinstance(item, exp.Expr) else item for item in value]
        else:
            args[key] = value
    made = type(tree)(**args)
    if isinstance(tree, exp.Identifier) and tree.meta_get("line") is not None:
        made.meta.update(tree.meta)  # where it stands in its text
    return made


def _child(child: Tree, replace: Replace, *, plain: bool) -> Tree:
    replaced = replace(child)
    if replaced is None:
        return _copy(child, replace)
    return replaced if plain else grouped(replaced)


def _nothing(_: Tree) -> None:
    return None
