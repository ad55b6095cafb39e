"""Which table a `sql_table_name` means: text that a person wrote, in the quoting of a dialect."""

from collections.abc import Iterable
from enum import StrEnum

from sqlglot import exp
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from semantic_layer.frozen import frozen
from semantic_layer.sql_analysis.dialects import UnsupportedDialectError, canonical
from semantic_layer.sql_analysis.parsing import NotParsedError, parse_statements
from semantic_layer.sql_analysis.refusal import place_of
from semantic_layer.sqlglot_dialect import sqlglot_dialect


class IdentifierProblem(StrEnum):
    """Why a text is no single table. The values are the wire contract's."""

    TEMPLATE = "looker_template_unresolved"
    DERIVED_TABLE = "derived_table_not_supported"
    NO_TABLE = "no_physical_table"
    SEVERAL_TABLES = "multiple_table_references"
    DIALECT = "unsupported_dialect"
    UNPARSABLE = "parse_error"


@frozen
class TableIdentifier:
    """A table, its parts without their quotes."""

    catalog: str | None
    schema: str | None
    name: str

    @property
    def canonical(self) -> str:
        """The parts that are there, joined by dots."""
        return ".".join(part for part in (self.catalog, self.schema, self.name) if part)


class NoTableError(ValueError):
    """`problem` says which kind, `detail` what was seen."""

    def __init__(self, problem: IdentifierProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


@frozen
class IdentifierItem:
    """One text to read."""

    key: str
    text: str
    dialect: str


_TEMPLATE_MARKS = ("${", "@{", "{{", "{%", "{#")
_QUERY_STARTS = frozenset({"SELECT", "WITH", "VALUES"})
_SELECT_ALL = (
    Token(TokenType.SELECT, "SELECT"),
    Token(TokenType.STAR, "*"),
    Token(TokenType.FROM, "FROM"),
)
_MOST_PARTS = 3


def parse_table_identifiers(items: Iterable[IdentifierItem]) -> dict[str, TableIdentifier | NoTableError]:
    """The table of each item, by key, or why there is none. Never raises for an item."""
    results: dict[str, TableIdentifier | NoTableError] = {}
    for item in items:
        try:
            results[item.key] = parse_table_identifier(item.text, dialect=item.dialect)
        except NoTableError as error:
            results[item.key] = error
    return results


def parse_table_identifier(text: str, *, dialect: str) -> TableIdentifier:
    """The one physical table that `text` names.

    An alias after it is ignored, as is a closing semicolon. Raises `NoTableError`.
    """
    mark = next((mark for mark in _TEMPLATE_MARKS if mark in text), None)
    if mark is not None:
        raise NoTableError(IdentifierProblem.TEMPLATE, f"the text still holds a template, {mark}")
    try:
        known = canonical(dialect)
    except UnsupportedDialectError as error:
        raise NoTableError(IdentifierProblem.DIALECT, str(error)) from error
    tokens = _tokens(text, known)
    if not tokens:
        raise NoTableError(IdentifierProblem.NO_TABLE, "the text is empty")
    if tokens[0].token_type is TokenType.STRING:
        raise NoTableError(IdentifierProblem.NO_TABLE, "text in quotes that are not those of a name")
    if _is_query(tokens):
        raise NoTableError(IdentifierProblem.DERIVED_TABLE, "the text is a query")
    return _identifier(_relation(tokens, text, known))


def _tokens(text: str, dialect: str) -> list[Token]:
    try:
        tokens = sqlglot_dialect(dialect).tokenize(text)
    except TokenError as error:
        raise NoTableError(IdentifierProblem.UNPARSABLE, "a quote is never closed") from error
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    return tokens


def _is_query(tokens: list[Token]) -> bool:
    first = next((token for token in tokens if token.token_type is not TokenType.L_PAREN), tokens[0])
    return first.token_type is not TokenType.IDENTIFIER and first.text.upper() in _QUERY_STARTS


def _relation(tokens: list[Token], text: str, dialect: str) -> exp.Expr:
    """The tree of what stands in FROM."""
    try:
        statements = parse_statements([*_SELECT_ALL, *tokens], text, dialect)
    except NotParsedError as error:
        at = "" if error.offset is None else f" at {place_of(text, error.offset)}"
        raise NoTableError(IdentifierProblem.UNPARSABLE, f"{error.what}{at}") from error
    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select):
        raise NoTableError(IdentifierProblem.UNPARSABLE, "more than the name of a table")
    relation: exp.Expr = select.args["from_"].this
    if select.args.get("joins") or select.args.get("laterals") or relation.args.get("joins"):
        raise NoTableError(IdentifierProblem.SEVERAL_TABLES, "more than one table")
    surplus = [key for key, value in select.args.items() if value and key not in {"expressions", "from_"}]
    if surplus:
        raise NoTableError(IdentifierProblem.UNPARSABLE, f"a {surplus[0]} clause after the table")
    return relation.this if isinstance(relation, exp.Final) else relation


def _identifier(relation: exp.Expr) -> TableIdentifier:
    if isinstance(relation, exp.Subquery):
        if isinstance(relation.this, exp.Table):
            return _identifier(relation.this)
        raise NoTableError(IdentifierProblem.DERIVED_TABLE, "the text is a query")
    if relation.args.get("joins"):
        raise NoTableError(IdentifierProblem.SEVERAL_TABLES, "more than one table")
    if not isinstance(relation, exp.Table):
        raise NoTableError(IdentifierProblem.NO_TABLE, "the text names no table")
    if isinstance(relation.this, exp.Dot):
        raise NoTableError(IdentifierProblem.UNPARSABLE, f"a table has at most {_MOST_PARTS} parts")
    if not isinstance(relation.this, exp.Identifier) or not relation.name:
        raise NoTableError(IdentifierProblem.NO_TABLE, "the text is a function, not a table")
    mark = "#" if relation.this.args.get("temporary") else ""  # T-SQL's mark of a temporary table, part of its name
    return TableIdentifier(relation.catalog or None, relation.db or None, mark + relation.name)
