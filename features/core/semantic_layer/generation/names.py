"""Names as SQL text: bare where they survive it, quoted as the dialect quotes where they do not."""

from sqlglot import exp
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from semantic_layer.expressions.identifiers import needs_quotes
from semantic_layer.sqlglot_dialect import sqlglot_dialect


def identifier(name: str, dialect: str) -> exp.Identifier:
    """`name`, quoted where the engine needs it, and where the parser would take it for a keyword."""
    return exp.Identifier(this=name, quoted=needs_quotes(name, dialect) or not _is_one_word(name, dialect))


def column(name: str, dialect: str, *, of: str | None = None) -> exp.Column:
    """A column, of the source named `of`."""
    return exp.Column(this=identifier(name, dialect), table=identifier(of, dialect) if of is not None else None)


def text(tree: exp.Expr, dialect: str) -> str:
    """`tree` as an expression of the model: in the dialect, function names in lower case."""
    return tree.sql(dialect=sqlglot_dialect(dialect), normalize_functions="lower")


def table_reference(parts: tuple[str, ...], dialect: str) -> str:
    """The parts joined by dots; all of them quoted where a dot or quote inside one would be taken for syntax."""
    opening = {mark[0] for mark in sqlglot_dialect(dialect).tokenizer_class.IDENTIFIERS} | {'"', "."}
    if not any(mark in part for part in parts for mark in opening):
        return ".".join(parts)
    nodes = [exp.Identifier(this=part, quoted=True) for part in reversed(parts)]
    return exp.Table(**dict(zip(("this", "db", "catalog"), nodes, strict=False))).sql(dialect=sqlglot_dialect(dialect))


def _is_one_word(name: str, dialect: str) -> bool:
    try:
        tokens = sqlglot_dialect(dialect).tokenize(name)
    except TokenError:
        return False
    return len(tokens) == 1 and tokens[0].token_type is TokenType.VAR
