"""A row condition in the place where it is needed: plain, or EXISTS for what lies behind a one_to_many."""

from collections.abc import Callable
from itertools import product

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Expression, Field, Tree, conjunction, disjunction, field_at, fresh, substituted
from semantic_layer.graph import Edge
from semantic_layer.sql.joins import FromBuilder
from semantic_layer.sql.marked_rows import WITH_MARKED_ROWS, is_marked

_MOST_TERMS = 64
Edges = tuple[Edge, ...]


def condition(rows: FromBuilder, expression: Expression, *, inside_aggregate: bool = False) -> Tree:
    """True for a row when its own columns make it so, together with some row of its details where those are read.

    `inside_aggregate` says that it will stand in an aggregate's argument and not in WHERE.

    A row counts once however many details fit. With details the clause is taken apart into terms without OR, so that
    what it says about one detail is asked of the same detail, and a term without details needs none to exist.
    """
    if not any(_details(rows, role) for role in expression.roles):
        return rows.render(expression.tree)
    terms = _terms(expression.tree, negated=False)
    if len(terms) > _MOST_TERMS:
        raise SemanticError(
            "filter-too-complex",
            f"the filter {expression.text!r} has too many alternatives over details",
            hint="split it into several filters",
        )
    marked = rows.index.dialect in WITH_MARKED_ROWS and (inside_aggregate or len(terms) > 1)
    return disjunction([_term(rows, term, is_marked if marked else _exists) for term in terms])


def _details(rows: FromBuilder, role: str) -> Edges:
    """The way to a role up to its first join to several rows; empty when there is none, or when it is joined anyway."""
    way = rows.way_to(role)
    if rows.joined(way):
        return ()
    first = next((at for at, edge in enumerate(way) if edge.multiplies), None)
    return () if first is None else way[: first + 1]


def _terms(tree: Tree, *, negated: bool) -> list[list[Tree]]:
    """The disjunctive normal form."""
    if isinstance(tree, exp.Paren):
        return _terms(tree.this, negated=negated)
    if isinstance(tree, exp.Not):
        return _terms(tree.this, negated=not negated)
    if isinstance(tree, exp.And | exp.Or):
        left, right = _terms(tree.this, negated=negated), _terms(tree.expression, negated=negated)
        if isinstance(tree, exp.Or) != negated:
            return left + right
        return [one + other for one, other in product(left, right)][: _MOST_TERMS + 1]
    return [[exp.Not(this=exp.Paren(this=fresh(tree))) if negated else tree]]


def _term(rows: FromBuilder, atoms: list[Tree], asked: Callable[[FromBuilder, Edges, list[Tree]], Tree]) -> Tree:
    plain: list[Tree] = []
    by_details: dict[Edges, list[Tree]] = {}
    for atom in atoms:
        ways = {way for node in atom.dfs() if (field := field_at(node)) and (way := _details(rows, field.role))}
        if len(ways) > 1:
            raise SemanticError(
                "filter-too-complex", "one condition compares details that only meet in what they belong to"
            )
        if ways:
            by_details.setdefault(ways.pop(), []).append(atom)
        else:
            plain.append(rows.render(atom))
    parts = plain + [asked(rows, way, details) for way, details in by_details.items()]
    return conjunction(parts) or exp.true()


def _exists(rows: FromBuilder, way: Edges, atoms: list[Tree]) -> Tree:
    edge = way[-1]
    inner = FromBuilder(rows.index, rows.tables, edge.far, rows.names, must_exist=True)

    def at(field: Field) -> Tree:
        if not _details(rows, field.role):
            return rows.field(field)
        rest = rows.way_to(field.role)[len(way) :]
        return inner.column_at(rest, field.role, field.column)

    found = [substituted(atom, at, rows.tables.table) for atom in atoms]
    matching = rows.condition(way, lambda name: inner.column_at((), edge.far, name))
    select = exp.Select(expressions=[exp.Literal.number(1)])
    inner.apply(select)
    select.set("where", exp.Where(this=conjunction([matching, *found])))
    return exp.Exists(this=select)
