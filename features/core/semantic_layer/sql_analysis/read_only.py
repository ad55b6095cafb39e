"""Whether a statement only reads. A security boundary: what is not certain is refused.

Five readers must agree. `lexing` cuts the text up by the engine's own rules and refuses what engines read
differently; sqlglot's tokens must match it; `vetting` looks for words and calls that act, in both; the text, freed
of comments, must parse as one query without a fallback; `tree` accepts only kinds of node that are known to read.

What it cannot know: what a user's own functions and views do. Sessions are opened read-only as well.
"""

from semantic_layer.frozen import frozen
from semantic_layer.sql_analysis.dialects import UnsupportedDialectError, canonical
from semantic_layer.sql_analysis.effects import Effects, of
from semantic_layer.sql_analysis.explain import explained_from, is_explain
from semantic_layer.sql_analysis.lexing import Lexeme
from semantic_layer.sql_analysis.parsing import NotParsedError, parse_statements
from semantic_layer.sql_analysis.reading import Reading, read, tokenize
from semantic_layer.sql_analysis.refusal import Place, RefusedError, place_of
from semantic_layer.sql_analysis.tree import vet_tree
from semantic_layer.sql_analysis.vetting import vet

MAX_LENGTH = 500_000
"""Characters. Longer statements are refused rather than read for seconds."""

_FIRST_WORDS = frozenset({"SELECT", "WITH", "VALUES", "("})


@frozen
class ReadOnlyVerdict:
    """`ok`, or `error` with what was found; `place` where it stands, when it can be pointed at."""

    ok: bool
    error: str | None = None
    place: Place | None = None


def check_read_only(sql: str, *, dialect: str) -> ReadOnlyVerdict:
    """Say whether `sql` is one statement that only reads on the engine of `dialect`. Never raises."""
    try:
        _check(sql, canonical(dialect))
    except UnsupportedDialectError as unsupported:
        return ReadOnlyVerdict(ok=False, error=str(unsupported))
    except RefusedError as refused:
        place = None if refused.offset is None else place_of(sql, refused.offset)
        at = f" at {place}" if place else ""
        return ReadOnlyVerdict(ok=False, error=f"not read-only: {refused.what}{at}", place=place)
    except RecursionError:
        return ReadOnlyVerdict(ok=False, error="not read-only: nested too deeply to be read")
    return ReadOnlyVerdict(ok=True)


def _check(sql: str, dialect: str) -> None:
    if len(sql) > MAX_LENGTH:
        raise RefusedError(f"longer than {MAX_LENGTH} characters", None)
    effects = of(dialect)
    reading = read(sql, dialect)
    lexemes = reading.layout.lexemes
    if not lexemes:
        raise RefusedError("no statement", None)
    _vet_comments(reading, sql, effects)
    vet(lexemes, sql, effects)
    first = explained_from(lexemes, dialect) if is_explain(lexemes) else 0
    _vet_first_word(lexemes[first], dialect)
    if first:
        code = " " * lexemes[first].start + reading.layout.code[lexemes[first].start :]
        reading = Reading(reading.layout, tokenize(code, dialect))
    vet(reading.token_lexemes(), sql, effects)
    _vet_parsed(reading, dialect, effects)


def _vet_comments(reading: Reading, sql: str, effects: Effects) -> None:
    for comment in reading.layout.comments:
        if comment.startswith(("/*!", "/*M!", "/*m!")):
            raise RefusedError("a comment that the server executes", sql.index(comment))
        if comment.startswith("/*+") and any(word in comment.upper() for word in effects.hint_words):
            raise RefusedError("a hint that changes a setting", sql.index(comment))


def _vet_first_word(first: Lexeme, dialect: str) -> None:
    word = first.upper or first.text
    if word in _FIRST_WORDS or (word == "FROM" and dialect == "duckdb"):
        return
    raise RefusedError(f"a statement that begins with {word[:40]}", first.start)


def _vet_parsed(reading: Reading, dialect: str, effects: Effects) -> None:
    tokens = list(reading.tokens)
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    try:
        statements = parse_statements(tokens, reading.layout.code, dialect)
    except NotParsedError as error:
        raise RefusedError(error.what, error.offset) from error
    if len(statements) != 1:
        raise RefusedError("something other than one statement", None)
    vet_tree(statements[0], effects)
