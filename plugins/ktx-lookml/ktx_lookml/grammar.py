"""LookML text to blocks, by lkml, and to an end whatever the text is."""

from __future__ import annotations

from typing import Any

from lkml.lexer import Lexer
from lkml.parser import Parser
from lkml.simple import DictVisitor
from lkml.tokens import ExpressionBlockToken


def parse(text: str) -> dict[str, Any]:
    """What the text declares. Raises SyntaxError, and whatever else lkml meets on text that is no LookML."""
    if "\0" in text:
        raise SyntaxError("it holds a NUL: it is no text")
    # lkml takes a carriage return for the beginning of a word.
    tokens = _Lexer(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")).scan()
    parsed: dict[str, Any] = DictVisitor().visit(Parser(tokens).parse())  # type: ignore[no-untyped-call]
    return parsed


class _Lexer(Lexer):
    """lkml's own stands still for good at a semicolon that is alone outside of SQL."""

    _in_block = False

    def peek_multiple(self, length: int) -> str:
        """The next characters; where a token begins, a lone semicolon is a mistake."""
        characters = super().peek_multiple(length)
        if characters[:1] == ";" and characters != ";;" and not self._in_block:
            raise SyntaxError(f"a single semicolon in line {self.line_number}")
        return characters

    def scan_expression_block(self) -> ExpressionBlockToken:
        """SQL, in which a single semicolon is one of its characters."""
        self._in_block = True
        try:
            return super().scan_expression_block()
        finally:
            self._in_block = False
