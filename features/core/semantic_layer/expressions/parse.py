"""From text to one checked sqlglot expression. Text that is anything more than one expression is refused."""

from typing import Any

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from semantic_layer.errors import SemanticError, Where
from semantic_layer.expressions.pipes import pipes_as_concatenation
from semantic_layer.sqlglot_dialect import sqlglot_dialect

Tree = exp.Expr
MAX_TEXT = 100_000
"""Characters; an expression beyond that is a mistake or an attack."""
MAX_DEPTH = 400
"""Levels of a tree, and so operators in a row: trees are read recursively, and Python goes down a thousand calls."""


def parse_expression(text: str, dialect: str, *, comments: bool) -> Tree:
    """Parse exactly one expression. `comments` says whether comments are dropped (the model's) or refused (a query's).

    Raises SemanticError `syntax-error`, `comment-in-expression` or `several-statements`, with line and column.
    """
    tokens = _tokens(text, dialect)
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            raise SemanticError("several-statements", "an expression ends before ';'", where=_at(token))
        if token.token_type is TokenType.HINT or (token.comments and not comments):
            raise SemanticError("comment-in-expression", "comments are not allowed here", where=_at(token))
    try:
        found = sqlglot_dialect(dialect).parser().parse_into(exp.Condition, tokens, text)
    except ParseError as error:
        raise _syntax_error(error) from None
    except RecursionError:
        raise _too_deep() from None
    tree = found[0] if len(found) == 1 else None
    if tree is None:
        raise SemanticError("syntax-error", "an expression is expected")
    _refuse_depth(tree)
    if dialect == "mysql" and any(token.token_type is TokenType.DPIPE for token in tokens):
        return pipes_as_concatenation(tree)
    return tree


def parse_statement(text: str, dialect: str) -> exp.Query:
    """Parse the SQL of a source: one query; a trailing semicolon is fine."""
    tokens = _tokens(text, dialect)
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    try:
        found = [tree for tree in sqlglot_dialect(dialect).parser().parse(tokens, text) if tree is not None]
    except ParseError as error:
        raise _syntax_error(error) from None
    except RecursionError:
        raise _too_deep() from None
    if len(found) != 1:
        raise SemanticError("several-statements", "the SQL of a source is exactly one query")
    statement = found[0].unnest() if isinstance(found[0], exp.Subquery) else found[0]
    if not isinstance(statement, exp.Query) or statement.find(exp.Into, exp.DML, exp.DDL, exp.Command):
        raise SemanticError("not-a-query", "the SQL of a source is a SELECT and changes nothing")
    _refuse_depth(statement)
    return statement


def _refuse_depth(tree: Tree) -> None:
    level: list[Tree] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.iter_expressions()]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> SemanticError:
    return SemanticError(
        "expression-too-deep",
        "the expression is nested too deeply",
        hint="for one column and many values write: column IN (…)",
    )


def position(node: Tree) -> Where:
    """Where in its text a node begins, as far as the parser kept it."""
    marked = [part for part in node.walk() if isinstance(part, exp.Identifier | exp.Star) and part.meta_get("line")]
    if not marked:
        return Where()
    first = min(marked, key=lambda part: int(part.meta_get("start")))
    start = first.meta_get("start")
    column = first.meta_get("col") - (first.meta_get("end") - start)
    return Where(line=first.meta_get("line"), column=max(column, 1), offset=start)


def _tokens(text: str, dialect: str) -> list[Token]:
    if len(text) > MAX_TEXT:
        raise SemanticError("expression-too-long", f"the text has more than {MAX_TEXT} characters")
    try:
        tokens: list[Token] = sqlglot_dialect(dialect).tokenize(text)
    except TokenError:
        raise SemanticError("syntax-error", "the text ends inside a quoted string, name or comment") from None
    if not tokens:
        raise SemanticError("empty-expression", "an expression is expected, the text is empty")
    return tokens


def _at(token: Token) -> Where:
    return Where(line=token.line, column=max(token.col - (token.end - token.start), 1), offset=token.start)


def _syntax_error(error: ParseError) -> SemanticError:
    detail: dict[str, Any] = error.errors[0] if error.errors else {}  # sqlglot's own shape
    token = detail.get("highlight") or ""
    near_text = f" at {token!r}" if token else ""
    column = detail.get("col")
    where = Where(line=detail.get("line"), column=max(column - len(token) + 1, 1) if column else None)
    return SemanticError("syntax-error", f"the text is not one SQL expression{near_text}", where=where)
