"""How each engine cuts SQL into quoted parts, comments and the rest: data for `lexing`.

Written from the engines' own manuals and lexers, not from sqlglot's tables: the point of a second lexer is to
notice where the two disagree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Holds(StrEnum):
    """What stands between a pair of quotes."""

    TEXT = "text"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Quote:
    """One way to quote. `doubled`: the closing mark twice stands for itself; `backslash`: it hides the next mark."""

    opening: str
    closing: str
    holds: Holds
    doubled: bool = True
    backslash: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lexical rules of an engine under one of its settings.

    `quotes`: longest opening first. `prefixes`: for a word right before a single or double quote, whether a
    backslash hides a quote then. `spaced_line_comments` begin a comment only before white space (and ClickHouse's
    `#!`). `dollar_tags`: `$tag$ … $tag$`.
    """

    quotes: tuple[Quote, ...]
    prefixes: Mapping[str, bool] = field(default_factory=dict)
    line_comments: tuple[str, ...] = ("--",)
    spaced_line_comments: tuple[str, ...] = ()
    carriage_return_ends_line: bool = True
    dollar_tags: bool = False


def _text(mark: str, *, doubled: bool = True, backslash: bool = False) -> Quote:
    return Quote(mark, mark, Holds.TEXT, doubled=doubled, backslash=backslash)


def _name(mark: str, *, backslash: bool = False) -> Quote:
    return Quote(mark, mark, Holds.NAME, backslash=backslash)


_BRACKETS = Quote("[", "]", Holds.NAME)

_POSTGRES = Lexicon(
    quotes=(_text("'"), _name('"')),
    prefixes={"e": True, "b": False, "x": False, "n": False},
    dollar_tags=True,
)
_POSTGRES_OLD_STRINGS = Lexicon(
    quotes=(_text("'", backslash=True), _name('"')),
    prefixes={"e": True, "b": False, "x": False, "n": True},
    dollar_tags=True,
)
_MYSQL_PREFIXES = {"b": False, "x": False, "n": True}


def _mysql(*, backslash: bool, ansi_quotes: bool) -> Lexicon:
    return Lexicon(
        quotes=(
            _text("'", backslash=backslash),
            _name('"') if ansi_quotes else _text('"', backslash=backslash),
            _name("`"),
        ),
        prefixes={**_MYSQL_PREFIXES, "n": backslash},
        line_comments=("#",),
        spaced_line_comments=("--",),
        carriage_return_ends_line=False,
    )


LEXICONS: Mapping[str, tuple[Lexicon, ...]] = {
    "bigquery": (
        Lexicon(
            quotes=(
                _text("'''", doubled=False, backslash=True),
                _text('"""', doubled=False, backslash=True),
                _text("'", doubled=False, backslash=True),
                _text('"', doubled=False, backslash=True),
                Quote("`", "`", Holds.NAME, doubled=False, backslash=True),
            ),
            prefixes={"r": True, "b": True, "rb": True, "br": True},
            line_comments=("--", "#"),
        ),
    ),
    "clickhouse": (
        Lexicon(
            quotes=(_text("'", backslash=True), _name('"', backslash=True), _name("`", backslash=True)),
            prefixes={"b": False, "x": False},
            line_comments=("--",),
            spaced_line_comments=("#",),
            carriage_return_ends_line=False,
            dollar_tags=True,
        ),
    ),
    "databricks": (
        Lexicon(
            quotes=(
                _text("'", doubled=False, backslash=True),
                _text('"', doubled=False, backslash=True),
                _name("`"),
            ),
            prefixes={"r": False, "x": False},
        ),
    ),
    "duckdb": (
        Lexicon(quotes=(_text("'"), _name('"')), prefixes={"e": True, "b": False, "x": False}, dollar_tags=True),
    ),
    "mysql": (
        _mysql(backslash=True, ansi_quotes=False),
        _mysql(backslash=False, ansi_quotes=False),
        _mysql(backslash=True, ansi_quotes=True),
        _mysql(backslash=False, ansi_quotes=True),
    ),
    "postgres": (_POSTGRES, _POSTGRES_OLD_STRINGS),
    "redshift": (_POSTGRES_OLD_STRINGS, _POSTGRES),
    "snowflake": (
        Lexicon(
            quotes=(
                Quote("$$", "$$", Holds.TEXT, doubled=False),
                _text("'", backslash=True),
                _name('"'),
            ),
            prefixes={"x": False},
            line_comments=("--", "//"),
        ),
    ),
    "sqlite": (
        Lexicon(
            quotes=(_text("'"), _name('"'), _name("`"), Quote("[", "]", Holds.NAME, doubled=False)),
            prefixes={"x": False},
            carriage_return_ends_line=False,
        ),
    ),
    "trino": (Lexicon(quotes=(_text("'"), _name('"')), prefixes={"x": False}),),
    "tsql": (Lexicon(quotes=(_text("'"), _name('"'), _BRACKETS), prefixes={"n": False}),),
}
"""By dialect: the first is the engine's default, the others hold under settings that a server may have
(`sql_mode` of MySQL, `standard_conforming_strings` of PostgreSQL)."""
