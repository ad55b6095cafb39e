"""Looker's filter expressions to conditions (its documentation, "Looker filter expressions").

Those that hang on today are refused: a measure would mean something else every day.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlglot import exp

from ktx_lookml.refusal import NotCarriedOver, refuse_liquid

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_COMPARED = re.compile(rf"^(>=|<=|>|<|=|!=|<>)\s*({_NUMBER})$")
_RANGE = re.compile(rf"^([\[(])\s*({_NUMBER}|-?inf)?\s*,\s*({_NUMBER}|inf)?\s*([\])])$", re.IGNORECASE)
_TO = re.compile(rf"^({_NUMBER})\s+to\s+({_NUMBER})$", re.IGNORECASE)
_DATE = r"\d{4}[-/]\d{2}[-/]\d{2}(?:\s+\d{2}:\d{2}(?::\d{2})?)?"
_DATE_TO = re.compile(rf"^({_DATE})\s+to\s+({_DATE})$", re.IGNORECASE)
_DATE_SIDE = re.compile(rf"^(before|after)\s+({_DATE})$", re.IGNORECASE)
_DAY = re.compile(r"^\d{4}[-/]\d{2}[-/]\d{2}$")
_COMPARISONS: dict[str, type[exp.Binary]] = {
    ">=": exp.GTE, "<=": exp.LTE, ">": exp.GT, "<": exp.LT, "=": exp.EQ, "!=": exp.NEQ, "<>": exp.NEQ,
}  # fmt: skip


def condition(column: exp.Column, kind: str, expression: str) -> exp.Expr | None:
    """The condition that `expression` puts on a column of the type `kind`; None where it lets everything through."""
    refuse_liquid(expression, where="a filter")
    text = expression.strip()
    if not text and kind != "string":
        return None
    if text.upper() in {"NULL", "NOT NULL", "-NULL"}:
        return _is_null(column, negated=text.upper() != "NULL")
    match kind:
        case "boolean":
            return _truth(column, text)
        case "number":
            return _numbers(column, text)
        case "time":
            return _times(column, text)
        case _:
            return _texts(column, expression)


def _is_null(column: exp.Column, *, negated: bool) -> exp.Expr:
    found = exp.Is(this=column.copy(), expression=exp.Null())
    return exp.Not(this=found) if negated else found


def _truth(column: exp.Column, text: str) -> exp.Expr:
    """A `no` is everything that is not true, as Looker has it."""
    match text.lower():
        case "yes" | "true":
            return column.copy()
        case "no" | "false":
            return exp.Not(this=exp.Coalesce(this=column.copy(), expressions=[exp.false()]))
    raise NotCarriedOver(f"a filter on a yesno that is neither yes nor no: {text}")


def _any_and_not(includes: list[exp.Expr], excludes: list[exp.Expr]) -> exp.Expr | None:
    wanted = [exp.or_(*includes)] if includes else []
    parts = [*wanted, *excludes]
    return exp.and_(*parts) if parts else None


# texts


def _texts(column: exp.Column, expression: str) -> exp.Expr | None:
    if not expression:
        return None
    includes: list[exp.Expr] = []
    excludes: list[exp.Expr] = []
    for piece in _split(expression):
        negated = piece.startswith("-")
        found = _text(column, piece[1:] if negated else piece)
        if negated:
            # A NULL is not the excluded value: Looker keeps it.
            excludes.append(
                exp.Or(this=exp.Not(this=exp.Paren(this=found)), expression=_is_null(column, negated=False))
            )
        else:
            includes.append(found)
    return _any_and_not(includes, [exp.Paren(this=part) for part in excludes])


def _text(column: exp.Column, piece: str) -> exp.Expr:
    if piece.upper() == "NULL":
        return _is_null(column, negated=False)
    if piece.upper() == "EMPTY":
        blank = exp.EQ(this=column.copy(), expression=exp.Literal.string(""))
        return exp.Paren(this=exp.Or(this=_is_null(column, negated=False), expression=blank))
    plain = re.sub(r"\^(.)", r"\1", piece)
    if re.search(r"(?<!\^)[%_]", piece):
        if "^" in piece:
            raise NotCarriedOver("a filter that escapes a wildcard")
        return exp.Like(this=column.copy(), expression=exp.Literal.string(plain))
    return exp.EQ(this=column.copy(), expression=exp.Literal.string(plain))


def _split(expression: str) -> list[str]:
    """At commas that are neither quoted nor escaped."""
    pieces, current, quoted, escaped = [], "", False, False
    for character in expression:
        if escaped:
            current += f"^{character}" if character in "%_^" else character
            escaped = False
        elif character == "^":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            pieces.append(current.strip())
            current = ""
        else:
            current += character
    return [piece for piece in [*pieces, current.strip()] if piece]


# numbers


def _numbers(column: exp.Column, text: str) -> exp.Expr | None:
    includes: list[exp.Expr] = []
    excludes: list[exp.Expr] = []
    for piece in re.split(r"\s+or\s+|,(?![^\[(]*[\])])", text, flags=re.IGNORECASE):
        parts = [_number(column, part.strip()) for part in re.split(r"\s+and\s+", piece.strip(), flags=re.IGNORECASE)]
        both = exp.and_(*(part for part, _ in parts))
        (excludes if any(negated for _, negated in parts) else includes).append(exp.Paren(this=both))
    return _any_and_not(includes, excludes)


def _number(column: exp.Column, text: str) -> tuple[exp.Expr, bool]:
    """The condition, and whether it takes away."""
    if text.upper().startswith("NOT "):
        inner, _ = _number(column, text[4:].strip())
        return exp.Or(this=exp.Not(this=exp.Paren(this=inner)), expression=_is_null(column, negated=False)), True
    if text.upper() == "NULL":
        return _is_null(column, negated=False), False
    if re.fullmatch(_NUMBER, text):
        return exp.EQ(this=column.copy(), expression=_literal(text)), False
    if compared := _COMPARED.match(text):
        return _COMPARISONS[compared[1]](this=column.copy(), expression=_literal(compared[2])), compared[1] in {
            "!=",
            "<>",
        }
    if span := _TO.match(text):
        return _between(column, exp.GTE, span[1], exp.LTE, span[2]), False
    if bounds := _RANGE.match(text):
        low, high = exp.GTE if bounds[1] == "[" else exp.GT, exp.LTE if bounds[4] == "]" else exp.LT
        return _between(column, low, bounds[2], high, bounds[3]), False
    raise NotCarriedOver(f"a filter that is not understood: {text}")


def _between(
    column: exp.Column, low: type[exp.Binary], least: str | None, high: type[exp.Binary], most: str | None
) -> exp.Expr:
    bounds = ((low, least), (high, most))
    parts = [
        kind(this=column.copy(), expression=_literal(bound))
        for kind, bound in bounds
        if bound and "inf" not in bound.lower()
    ]
    return exp.and_(*parts) if parts else _is_null(column, negated=True)


def _literal(text: str) -> exp.Expr:
    number = exp.Literal.number(text.lstrip("+-"))
    return exp.Neg(this=number) if text.startswith("-") else number


# times


def _times(column: exp.Column, text: str) -> exp.Expr:
    """Absolute days and spans. A span's end is not in it, as Looker has it."""
    if span := _DATE_TO.match(text):
        return exp.and_(_moment(column, exp.GTE, span[1]), _moment(column, exp.LT, span[2]))
    if side := _DATE_SIDE.match(text):
        return _moment(column, exp.LT if side[1].lower() == "before" else exp.GTE, side[2])
    if _DAY.match(text):
        day = _parsed(text)
        following = date.fromordinal(day.toordinal() + 1).isoformat()
        return exp.and_(_moment(column, exp.GTE, text), _moment(column, exp.LT, following))
    if re.fullmatch(r"\d{4}", text):
        return exp.and_(
            _moment(column, exp.GTE, f"{text}-01-01"), _moment(column, exp.LT, f"{int(text) + 1:04d}-01-01")
        )
    raise NotCarriedOver(f"a filter on time that hangs on today, or is not understood: {text}")


def _moment(column: exp.Column, kind: type[exp.Binary], text: str) -> exp.Expr:
    return kind(
        this=column.copy(), expression=exp.Literal.string(_parsed(text).isoformat(sep=" ").removesuffix(" 00:00:00"))
    )


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise NotCarriedOver(f"a filter with a day that does not exist: {text}") from None
