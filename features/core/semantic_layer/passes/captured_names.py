"""Names that a nested query would take for its own table's, where an alias does not hide the table's name."""

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.expressions import Tree
from semantic_layer.expressions.identifiers import Names, identifier


def free_captured_names(select: exp.Select, dialect: str) -> None:
    """In ClickHouse `orders.id` in a query over `orders AS other` is the other's id, not that of the rows outside.

    Aliases outside that are also the name of a table inside get another name.
    """
    if dialect != "clickhouse":
        return
    for outer in list(select.find_all(exp.Select)):
        nested = list(_nested(outer))
        read = {table.name for query in nested for table in query.find_all(exp.Table)}
        names = Names(read | {table.alias_or_name for table in outer.find_all(exp.Table)})
        for item in _from_items(outer):
            if item.alias in read:
                _rename(outer, item, names.take(f"{item.alias}_outside"), dialect)


def _rename(outer: exp.Select, item: Tree, name: str, dialect: str) -> None:
    known = item.alias
    for column in list(_columns(outer, known)):
        column.set("table", identifier(name, dialect))
    item.args["alias"].set("this", identifier(name, dialect))


def _columns(node: Tree, alias: str) -> Iterator[exp.Column]:
    """The columns of an alias, in nested queries, too, but not in those that have an alias of that name."""
    if isinstance(node, exp.Column) and node.table == alias:
        yield node
    for child in node.iter_expressions():
        if isinstance(child, exp.With) or (isinstance(child, exp.Subquery) and isinstance(node, exp.From | exp.Join)):
            continue
        if isinstance(child, exp.Select) and alias in {item.alias_or_name for item in _from_items(child)}:
            continue
        yield from _columns(child, alias)


def _nested(outer: exp.Select) -> Iterator[Tree]:
    """The queries in the expressions of a SELECT: not those that it selects from."""
    stack = [part for key, part in _parts(outer) if key not in ("from_", "with_")]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Query):
            yield node
        elif isinstance(node, exp.Join):
            stack.extend(part for key, part in _parts(node) if key != "this")
        else:
            stack.extend(node.iter_expressions())


def _parts(node: Tree) -> Iterator[tuple[str, Tree]]:
    for key, value in node.args.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, exp.Expr):
                yield key, part


def _from_items(select: exp.Select) -> list[Tree]:
    from_ = select.args.get("from_")
    joins = select.args.get("joins") or ()
    return [item for item in (from_.this if from_ else None, *(join.this for join in joins)) if item is not None]
