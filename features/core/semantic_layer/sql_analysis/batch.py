"""What many statements touch: tables, and columns by clause."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.errors import OptimizeError, TokenError
from sqlglot.optimizer.scope import Scope, traverse_scope, walk_in_scope

from semantic_layer.sql_analysis.known_tables import KnownTables, TableName
from semantic_layer.sql_analysis.origins import Origins, sorted_names
from semantic_layer.sql_analysis.parsing import NotParsedError, parse_statements
from semantic_layer.sql_analysis.refusal import place_of
from semantic_layer.sqlglot_dialect import sqlglot_dialect

CLAUSES = ("select", "where", "join", "groupBy", "having", "orderBy")

_CLAUSE_OF_ARGUMENT = {
    "expressions": "select",
    "distinct": "select",
    "windows": "select",
    "where": "where",
    "prewhere": "where",
    "connect": "where",
    "joins": "join",
    "laterals": "join",
    "group": "groupBy",
    "having": "having",
    "qualify": "having",
    "order": "orderBy",
    "sort": "orderBy",
    "cluster": "orderBy",
    "distribute": "orderBy",
}
"""The argument of sqlglot's `Select` to the clause that we name."""

_SEES_OUTPUTS = frozenset({"groupBy", "having", "orderBy"})
"""Clauses that may name an output column by its alias, or by its position."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One item of a batch."""

    id: str
    sql: str


@dataclass(frozen=True, slots=True)
class StatementAnalysis:
    """What a statement touches; empty with an `error` when it could not be read. Both are sorted, without repeats."""

    tables: tuple[TableName, ...] = ()
    columns: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(CLAUSES, ()))
    error: str | None = None


def analyze_batch(
    statements: Iterable[Statement], *, dialect: str, known: KnownTables | None = None
) -> dict[str, StatementAnalysis]:
    """Analyse each statement, by id. One that cannot be read has an `error` and stops no other.

    `dialect` is any of sqlglot's. Raises `ValueError` for one it does not know.
    """
    sqlglot_dialect(dialect)
    tables = known or KnownTables()
    return {statement.id: analyze(statement.sql, dialect=dialect, known=tables) for statement in statements}


def analyze(sql: str, *, dialect: str, known: KnownTables) -> StatementAnalysis:
    """What one statement touches. Never raises."""
    try:
        root = _parse(sql, dialect)
        scopes = traverse_scope(root)
        return StatementAnalysis(tables=_tables(root, scopes, known), columns=_columns(root, scopes, Origins(known)))
    except NotParsedError as error:
        at = "" if error.offset is None else f" at {place_of(sql, error.offset)}"
        return StatementAnalysis(error=f"{error.what}{at}")
    except OptimizeError as error:
        return StatementAnalysis(error=f"cannot be analysed: {error}")
    except RecursionError:
        return StatementAnalysis(error="nested too deeply")
    except Exception as error:  # noqa: BLE001 - arbitrary SQL meets sqlglot; one item never fails the batch
        return StatementAnalysis(error=f"cannot be analysed ({type(error).__name__})")


def _parse(sql: str, dialect: str) -> exp.Expr:
    try:
        tokens = sqlglot_dialect(dialect).tokenize(sql)
    except TokenError as error:
        raise NotParsedError("cannot be cut into words: a quote is never closed", None) from error
    if tokens and tokens[0].token_type in sqlglot_dialect(dialect).tokenizer_class.COMMANDS:
        raise NotParsedError(f"a {tokens[0].text.upper()[:40]} statement, which is not analysed", tokens[0].start)
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    statements = parse_statements(tokens, sql, dialect)
    if len(statements) != 1:
        raise NotParsedError("more than one statement" if statements else "no statement", None)
    (root,) = statements
    if isinstance(root, exp.Command):
        raise NotParsedError("a statement that is not analysed", tokens[0].start)
    if not isinstance(root, exp.Query | exp.DML | exp.DDL | exp.Values):
        raise NotParsedError("not a statement that reads tables", tokens[0].start)
    return root


def _tables(root: exp.Expr, scopes: Iterable[Scope], known: KnownTables) -> tuple[TableName, ...]:
    """Every table in the tree that is not the name of a CTE where it stands."""
    derived = {
        id(node)
        for scope in scopes
        for _, (node, source) in scope.selected_sources.items()
        if isinstance(source, Scope)
    }
    names = {
        known.resolve(node)
        for node in root.find_all(exp.Table)
        if isinstance(node.this, exp.Identifier) and node.name and id(node) not in derived
    }
    return tuple(sorted(names, key=lambda table: table.sort_key))


def _columns(root: exp.Expr, scopes: Iterable[Scope], origins: Origins) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    if isinstance(root, exp.Update | exp.Delete) and (where := root.args.get("where")):
        found["where"].update(node.name for node in walk_in_scope(where) if isinstance(node, exp.Column))
    for scope in scopes:
        for argument, clause in _CLAUSE_OF_ARGUMENT.items():
            for expression in _parts(scope.expression.args.get(argument)):
                found[clause].update(_named(expression, clause, scope, origins))
    return {clause: sorted_names(found[clause]) for clause in CLAUSES}


def _parts(argument: object) -> Iterator[exp.Expr]:
    for part in argument if isinstance(argument, list) else [argument]:
        if isinstance(part, exp.Expr):
            yield part


def _named(expression: exp.Expr, clause: str, scope: Scope, origins: Origins) -> Iterator[str]:
    if clause in _SEES_OUTPUTS:
        for member in _members(expression):
            output = _output_meant(member, scope, grouping=clause == "groupBy")
            if output is None:
                yield from origins.columns_of(member, scope)
            else:
                yield from origins.columns_of_output(output, scope)
        return
    yield from origins.columns_of(expression, scope)
    if isinstance(expression, exp.Join):
        yield from (part.name for part in expression.args.get("using") or ())


def _members(expression: exp.Expr) -> Iterator[exp.Expr]:
    """The single expressions of a GROUP BY or ORDER BY; a HAVING is one."""
    if isinstance(expression, exp.Group | exp.Order | exp.Sort | exp.Cluster | exp.Distribute):
        members = [*expression.expressions]
        for extra in ("rollup", "cube", "grouping_sets"):
            members.extend(_parts(expression.args.get(extra)))
        for member in members:
            yield member.this if isinstance(member, exp.Ordered) else member
    else:
        yield expression


def _output_meant(member: exp.Expr, scope: Scope, *, grouping: bool) -> str | None:
    """The output column that a bare name or a position stands for.

    In GROUP BY an input column of the same name goes first; `columns_of_output` comes to the same then.
    """
    outputs = scope.expression.named_selects if isinstance(scope.expression, exp.Query) else []
    if isinstance(member, exp.Literal) and not member.is_string and member.name.isdecimal():
        position = int(member.name) - 1
        return outputs[position] if 0 <= position < len(outputs) else None
    if not isinstance(member, exp.Column) or member.table:
        return None
    aliases = (
        [x.alias for x in scope.expression.selects if isinstance(x, exp.Alias)]
        if grouping and isinstance(scope.expression, exp.Select)
        else outputs
    )
    return next((name for name in aliases if name.lower() == member.name.lower()), None)
