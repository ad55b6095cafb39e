"""A second lexer, independent of sqlglot's, for text that must not be misread.

sqlglot accepts more than any one engine does: Jinja comments everywhere, Unicode white space, comments that nest
where the engine's do not. Each such difference lets a statement hide from a reader of sqlglot's tree. So the text
is cut up here by the engine's own rules first, whatever is ambiguous is refused, comments are blanked out, and the
two sets of tokens are compared (`read_only`).
"""

import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from semantic_layer.frozen import frozen
from semantic_layer.sql_analysis.lexicon import Holds, Lexicon, Quote

_PLAIN_SPACE = frozenset(" \t\n\r\f")
_DIGITS = frozenset("0123456789")
_TEMPLATE_MARKS = ("{#", "{%", "{{")
_PREFIXES_SOMEWHERE = frozenset({"b", "br", "e", "f", "g", "n", "nq", "q", "r", "rb", "u", "x"})
"""Words that, right before a quote, change how some engine reads it."""


class LexemeKind(StrEnum):
    """What a piece of SQL is. `NAME` is a quoted identifier, `TEXT` a string."""

    WORD = "word"
    NUMBER = "number"
    NAME = "name"
    TEXT = "text"
    SYMBOL = "symbol"


@frozen
class Lexeme:
    """A piece of SQL: `text` without its quotes, at `sql[start:end]` with them."""

    kind: LexemeKind
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The text of a bare word in upper case; empty for anything else, so that quoted names match no keyword."""
        return self.text.upper() if self.kind is LexemeKind.WORD else ""


@frozen
class Layout:
    """`code` is the SQL with every comment replaced by spaces (line breaks stay), so positions hold."""

    code: str
    lexemes: tuple[Lexeme, ...]
    comments: tuple[str, ...]

    @property
    def quoted_spans(self) -> tuple[tuple[int, int], ...]:
        """Where the quoted parts are, quotes included."""
        return tuple((x.start, x.end) for x in self.lexemes if x.kind in {LexemeKind.NAME, LexemeKind.TEXT})


class LexicalDoubtError(ValueError):
    """The text cannot be cut up with certainty. `offset` is 0-based."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class UnterminatedError(LexicalDoubtError):
    """A quote or comment that is never closed: no engine runs that."""


def lay_out(sql: str, lexicon: Lexicon) -> Layout:
    """Cut `sql` up by `lexicon`.

    Raises `LexicalDoubtError`, `UnterminatedError`.
    """
    return _Scanner(sql, lexicon).scan()


class _Scanner:
    """One pass over the text. `at` is the offset of the next character."""

    def __init__(self, sql: str, lexicon: Lexicon) -> None:
        self.sql = sql
        self.lexicon = lexicon
        self.at = 0
        self.lexemes: list[Lexeme] = []
        self.comments: list[tuple[int, int]] = []
        self.text_backslash = False

    def scan(self) -> Layout:
        nul = self.sql.find("\0")
        if nul >= 0:
            raise LexicalDoubtError("a NUL character", nul)
        while self.at < len(self.sql):
            self._step()
        return Layout(
            code=self._blanked(),
            lexemes=tuple(self.lexemes),
            comments=tuple(self.sql[start:end] for start, end in self.comments),
        )

    def _step(self) -> None:
        char = self.sql[self.at]
        if char in _PLAIN_SPACE:
            self.at += 1
        elif self._comment() or self._dollar_quoted() or self._quoted():
            pass
        elif char in _DIGITS or (char == "." and self._peek(1) in _DIGITS and not self._after_name()):
            self._number()
        elif _in_word(char):
            self._word()
        else:
            self._symbol(char)

    def _peek(self, distance: int) -> str:
        return self.sql[self.at + distance : self.at + distance + 1]

    def _after_name(self) -> bool:
        """Whether the character before is the end of a word or a quoted name, so that a dot qualifies."""
        last = self.lexemes[-1] if self.lexemes else None
        return last is not None and last.end == self.at and last.kind in {LexemeKind.WORD, LexemeKind.NAME}

    def _add(self, kind: LexemeKind, text: str, start: int) -> None:
        self.lexemes.append(Lexeme(kind, text, start, self.at))

    # comments

    def _comment(self) -> bool:
        start = self.at
        if self.sql.startswith("/*", start):
            self._block_comment(start)
            return True
        if self._begins_line_comment():
            self._line_comment(start)
            return True
        return False

    def _begins_line_comment(self) -> bool:
        if any(self.sql.startswith(mark, self.at) for mark in self.lexicon.line_comments):
            return True
        for mark in self.lexicon.spaced_line_comments:
            if self.sql.startswith(mark, self.at):
                following = self._peek(len(mark))
                return following in {" ", "!"} if mark == "#" else not following or following in _PLAIN_SPACE
        return False

    def _block_comment(self, start: int) -> None:
        end = self.sql.find("*/", start + 2)
        if end < 0:
            raise UnterminatedError("a comment that is never closed", start)
        nested = self.sql.find("/*", start + 2, end)
        if nested >= 0:
            raise LexicalDoubtError("a comment inside a comment, which engines end at different places", nested)
        self.at = end + 2
        self.comments.append((start, self.at))

    def _line_comment(self, start: int) -> None:
        end = self.sql.find("\n", start)
        end = len(self.sql) if end < 0 else end
        text = self.sql[start:end].removesuffix("\r")
        doubtful = next((index for index, char in enumerate(text) if _may_end_line(char)), None)
        if doubtful is not None:
            raise LexicalDoubtError("a line break in a comment that not every engine takes for one", start + doubtful)
        if text.endswith("\\"):
            raise LexicalDoubtError("a comment that ends in a backslash, which continues it on some engines", end)
        self.at = end
        self.comments.append((start, end))

    # quoted parts

    def _quoted(self) -> bool:
        for quote in self.lexicon.quotes:
            if self.sql.startswith(quote.opening, self.at):
                self._read_quote(quote)
                return True
        return False

    def _read_quote(self, quote: Quote) -> None:
        start = self.at
        backslash = self._backslash_hides(quote, start)
        kind = LexemeKind.NAME if quote.holds is Holds.NAME else LexemeKind.TEXT
        if kind is LexemeKind.TEXT:
            self._refuse_continuation(start, backslash=backslash)
            self.text_backslash = backslash
        self.at += len(quote.opening)
        text = "".join(self._inside(quote, start, backslash=backslash))
        self._add(kind, text, start)
        if kind is LexemeKind.NAME and not text:
            raise LexicalDoubtError("an empty name", start)

    def _inside(self, quote: Quote, start: int, *, backslash: bool) -> Iterator[str]:
        closing = quote.closing
        while self.at < len(self.sql):
            if backslash and self.sql[self.at] == "\\":
                yield self.sql[self.at : self.at + 2]
                self.at += 2
            elif self.sql.startswith(closing, self.at):
                self.at += len(closing)
                if not (quote.doubled and self.sql.startswith(closing, self.at)):
                    return
                yield closing
                self.at += len(closing)
            else:
                yield self.sql[self.at]
                self.at += 1
        raise UnterminatedError(f"a {closing} that is never closed", start)

    def _backslash_hides(self, quote: Quote, start: int) -> bool:
        """The quote's own rule, or that of the prefix right before it."""
        before = self.lexemes[-1] if self.lexemes else None
        if before is None or before.end != start:
            return quote.backslash
        if before.kind is LexemeKind.SYMBOL and before.text == "&" and self._is_unicode_prefix():
            if quote.holds is Holds.NAME:
                raise LexicalDoubtError("a name in Unicode escapes", start)
            return quote.backslash
        if before.kind is not LexemeKind.WORD or quote.opening not in {"'", '"', "'''", '"""'}:
            return quote.backslash
        prefix = before.text.lower()
        if prefix in self.lexicon.prefixes and quote.holds is Holds.TEXT:
            return self.lexicon.prefixes[prefix]
        if prefix in _PREFIXES_SOMEWHERE:
            raise LexicalDoubtError(f"{before.text} right before a quote; put a space between them", before.start)
        return quote.backslash

    def _is_unicode_prefix(self) -> bool:
        if len(self.lexemes) <= 1:
            return False
        letter, ampersand = self.lexemes[-2:]
        return letter.upper == "U" and letter.end == ampersand.start

    def _refuse_continuation(self, start: int, *, backslash: bool) -> None:
        """`E'a'` and, a line further, `'b'` are one string in PostgreSQL, under the rules of the first."""
        before = self.lexemes[-1] if self.lexemes else None
        if before is not None and before.kind is LexemeKind.TEXT and backslash is not self.text_backslash:
            raise LexicalDoubtError("text right after text of another kind, which may continue it", start)

    def _dollar_quoted(self) -> bool:
        if not self.lexicon.dollar_tags or self.sql[self.at] != "$":
            return False
        start = self.at
        end = start + 1
        while end < len(self.sql) and _in_word(self.sql[end]) and self.sql[end] != "$":
            end += 1
        tag = self.sql[start : end + 1]
        if not tag.endswith("$") or len(tag) == 1 or tag[1].isdigit():
            return False
        close = self.sql.find(tag, end + 1)
        if close < 0:
            raise UnterminatedError(f"a {tag} that is never closed", start)
        self.at = close + len(tag)
        self._add(LexemeKind.TEXT, self.sql[end + 1 : close], start)
        return True

    # the rest

    def _word(self) -> None:
        start = self.at
        while self.at < len(self.sql) and _in_word(self.sql[self.at]):
            self.at += 1
        self._add(LexemeKind.WORD, self.sql[start : self.at], start)

    def _number(self) -> None:
        start = self.at
        seen_dot = False
        while self.at < len(self.sql):
            char = self.sql[self.at]
            if char == "." and not seen_dot:
                seen_dot = True
            elif char not in _DIGITS and char != "_":
                break
            self.at += 1
        self._add(LexemeKind.NUMBER, self.sql[start : self.at], start)

    def _symbol(self, char: str) -> None:
        start = self.at
        if any(self.sql.startswith(mark, start) for mark in _TEMPLATE_MARKS):
            raise LexicalDoubtError("a template mark", start)
        if char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
            raise LexicalDoubtError(f"the character U+{ord(char):04X}, a space on some engines only", start)
        self.at += 1
        self._add(LexemeKind.SYMBOL, char, start)

    def _blanked(self) -> str:
        pieces: list[str] = []
        done = 0
        for start, end in self.comments:
            pieces.append(self.sql[done:start])
            pieces.append("".join(char if char in "\r\n" else " " for char in self.sql[start:end]))
            done = end
        pieces.append(self.sql[done:])
        return "".join(pieces)


def _in_word(char: str) -> bool:
    if char.isascii():
        return char.isalnum() or char in "_$"
    return not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def _may_end_line(char: str) -> bool:
    return char in "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
