"""Reading a statement once and for all: our lexemes, sqlglot's tokens, and the proof that both saw the same."""

from collections.abc import Sequence

from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from semantic_layer.frozen import frozen
from semantic_layer.sql_analysis.lexicon import LEXICONS, Lexicon
from semantic_layer.sql_analysis.lexing import Layout, Lexeme, LexemeKind, LexicalDoubtError, UnterminatedError, lay_out
from semantic_layer.sql_analysis.refusal import RefusedError
from semantic_layer.sqlglot_dialect import sqlglot_dialect

_LONGEST_INTRODUCER = 10
"""Characters that sqlglot counts to a string in front of its quote: `E`, `U&`, or MySQL's `_utf8mb4`."""


@frozen
class Reading:
    """A statement cut up twice. `tokens` are sqlglot's, of `layout.code`, which has no comments."""

    layout: Layout
    tokens: tuple[Token, ...]

    def token_lexemes(self) -> tuple[Lexeme, ...]:
        """sqlglot's tokens in the terms of our own lexer."""
        return tuple(_as_lexeme(token) for token in self.tokens)


def read(sql: str, dialect: str) -> Reading:
    """Cut `sql` up. Raises `RefusedError` wherever two readings are possible."""
    default, *others = LEXICONS[dialect]
    try:
        layout = lay_out(sql, default)
    except LexicalDoubtError as doubt:
        raise RefusedError(doubt.message, doubt.offset) from doubt
    for other in others:
        _refuse_other_reading(sql, layout, _other_layout(sql, other))
    tokens = tokenize(layout.code, dialect)
    _refuse_disagreement(layout, tokens)
    return Reading(layout, tokens)


def tokenize(code: str, dialect: str) -> tuple[Token, ...]:
    """sqlglot's tokens. Raises `RefusedError` for what it cannot cut up."""
    try:
        return tuple(sqlglot_dialect(dialect).tokenize(code))
    except TokenError as error:
        raise RefusedError("text that cannot be cut into words", getattr(error, "start", None)) from error


def _other_layout(sql: str, lexicon: Lexicon) -> Layout | None:
    """None when no engine could run the text under that setting."""
    try:
        return lay_out(sql, lexicon)
    except UnterminatedError:
        return None
    except LexicalDoubtError as doubt:
        raise RefusedError(doubt.message, doubt.offset) from doubt


def _refuse_other_reading(sql: str, layout: Layout, other: Layout | None) -> None:
    if other is None or (other.quoted_spans == layout.quoted_spans and other.code == layout.code):
        return
    differing = set(other.quoted_spans) ^ set(layout.quoted_spans)
    offset = min((start for start, _ in differing), default=len(sql))
    raise RefusedError(
        "a backslash before a quote, which ends the text on some servers (double the quote instead)", offset
    )


def _refuse_disagreement(layout: Layout, tokens: Sequence[Token]) -> None:
    """Each quoted part is one token, introducer included, and no other token touches one."""
    spans = layout.quoted_spans
    matched = 0
    reached = 0
    for token in tokens:
        start, end = token.start, token.end + 1
        if token.comments:
            raise RefusedError("text that one reader takes for a comment", start)
        if start < reached and end <= reached:
            continue  # a literal like 1L, which sqlglot gives as several tokens
        quote = spans[matched] if matched < len(spans) else None
        overlaps = quote is not None and quote[0] < end
        if start < reached or (quote is not None and overlaps and not _covers(start, end, quote)):
            raise RefusedError("a quote that readers disagree about", start)
        matched += overlaps
        reached = end
    if matched != len(spans):
        raise RefusedError("a quote that readers disagree about", spans[matched][0])


def _covers(start: int, end: int, quote: tuple[int, int]) -> bool:
    return quote[0] - _LONGEST_INTRODUCER <= start <= quote[0] and end == quote[1]


def _as_lexeme(token: Token) -> Lexeme:
    if token.token_type is TokenType.IDENTIFIER:
        kind = LexemeKind.NAME
    elif token.token_type.name.endswith("STRING"):
        kind = LexemeKind.TEXT
    elif token.token_type is TokenType.NUMBER:
        kind = LexemeKind.NUMBER
    elif token.text[:1].isalnum() or token.text[:1] in {"_", "$"} or not token.text.isascii():
        kind = LexemeKind.WORD
    else:
        kind = LexemeKind.SYMBOL
    return Lexeme(kind, token.text, token.start, token.end + 1)
