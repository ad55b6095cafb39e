"""What a query must not contain, looked for in its words and symbols rather than in a tree.

A parser may fold a call into another node or drop a clause; the words stay. So this runs over our own lexemes and
again over sqlglot's tokens, and either may refuse.
"""

from collections.abc import Sequence

from semantic_layer.sql_analysis.effects import Effects
from semantic_layer.sql_analysis.lexing import Lexeme, LexemeKind
from semantic_layer.sql_analysis.refusal import RefusedError

_CALLABLE = frozenset({LexemeKind.WORD, LexemeKind.NAME, LexemeKind.TEXT})
_LOCK_STRENGTHS = (("UPDATE",), ("SHARE",), ("NO", "KEY"), ("KEY", "SHARE"))
_ALSO_FUNCTIONS = frozenset({"INSERT", "TRUNCATE"})


def vet(lexemes: Sequence[Lexeme], sql: str, effects: Effects) -> None:
    """Raise `RefusedError` for the first construct that acts."""
    _refuse_second_statement(lexemes)
    _refuse_symbols(lexemes, sql, effects)
    for index, lexeme in enumerate(lexemes):
        previous = lexemes[index - 1] if index else None
        following = lexemes[index + 1] if index + 1 < len(lexemes) else None
        qualified = previous is not None and previous.text == "." and previous.kind is LexemeKind.SYMBOL
        called = following is not None and following.text == "(" and following.kind is LexemeKind.SYMBOL
        _refuse_lock(lexemes, index, qualified=qualified)
        _refuse_word(lexeme, effects, qualified=qualified, called=called)
        _refuse_sequence(lexemes, index, effects, qualified=qualified)
        if called and lexeme.kind in _CALLABLE:
            _refuse_call(lexemes, index, effects)


def _refuse_second_statement(lexemes: Sequence[Lexeme]) -> None:
    end: Lexeme | None = None
    for lexeme in lexemes:
        if lexeme.kind is LexemeKind.SYMBOL and lexeme.text == ";":
            end = end or lexeme
        elif end is not None:
            raise RefusedError("a second statement", lexeme.start)


def _refuse_symbols(lexemes: Sequence[Lexeme], sql: str, effects: Effects) -> None:
    for lexeme in lexemes:
        if lexeme.kind is LexemeKind.SYMBOL:
            for symbol in effects.symbols:
                if sql.startswith(symbol, lexeme.start):
                    raise RefusedError(f"the operator {symbol}", lexeme.start)


def _refuse_lock(lexemes: Sequence[Lexeme], index: int, *, qualified: bool) -> None:
    if qualified:
        return
    words = tuple(x.upper for x in lexemes[index : index + 3])
    if words[:1] == ("FOR",) and any(words[1 : 1 + len(strength)] == strength for strength in _LOCK_STRENGTHS):
        raise RefusedError(" ".join(word for word in words if word), lexemes[index].start)
    if words == ("LOCK", "IN", "SHARE"):
        raise RefusedError("LOCK IN SHARE MODE", lexemes[index].start)


def _refuse_word(lexeme: Lexeme, effects: Effects, *, qualified: bool, called: bool) -> None:
    word = lexeme.upper
    if word not in effects.words or qualified:
        return
    if word in _ALSO_FUNCTIONS and called:
        return
    raise RefusedError(word, lexeme.start)


def _refuse_sequence(lexemes: Sequence[Lexeme], index: int, effects: Effects, *, qualified: bool) -> None:
    lexeme = lexemes[index]
    if qualified and lexeme.text.lower() in effects.values_after_dot:
        raise RefusedError(f"{lexeme.text}, which advances a sequence", lexeme.start)
    if tuple(x.upper for x in lexemes[index : index + 3]) == ("NEXT", "VALUE", "FOR"):
        raise RefusedError("NEXT VALUE FOR", lexeme.start)


def _refuse_call(lexemes: Sequence[Lexeme], index: int, effects: Effects) -> None:
    lexeme = lexemes[index]
    if effects.acts(lexeme.text):
        raise RefusedError(f"the function {lexeme.text}", lexeme.start)
    if lexeme.kind is not LexemeKind.TEXT and not lexeme.text.isascii():
        raise RefusedError(f"the function {lexeme.text}, whose name is not ASCII", lexeme.start)
    if index > 1 and lexemes[index - 1].text == "." and lexemes[index - 2].text.lower() in effects.schemas:
        raise RefusedError(f"the function {lexemes[index - 2].text}.{lexeme.text}", lexemes[index - 2].start)
