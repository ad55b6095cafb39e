"""Identifiers of the emitted SQL: quoted where the dialect needs it, and only there."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

from sqlglot import exp

from semantic_layer.expressions.reserved import reserved_words

_LOWER_FOLDING = frozenset({"postgres"})
"""Dialects that read an unquoted name in lower case."""

_UPPER_FOLDING = frozenset({"snowflake"})
"""Dialects that read an unquoted name in upper case: names written in one case are left to them."""


def identifier(name: str, dialect: str) -> exp.Identifier:
    """The name, exactly."""
    return exp.Identifier(this=name, quoted=needs_quotes(name, dialect))


def column(name: str, table: str, dialect: str) -> exp.Column:
    return exp.Column(this=identifier(name, dialect), table=identifier(table, dialect))


@lru_cache(maxsize=4096)
def needs_quotes(name: str, dialect: str) -> bool:
    plain = name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit()
    if not plain or name.upper() in reserved_words(dialect):
        return True
    if dialect in _LOWER_FOLDING:
        return name != name.lower()
    if dialect in _UPPER_FOLDING:
        return name not in (name.lower(), name.upper())
    return False


LONGEST_NAME = 63
"""Bytes: PostgreSQL cuts longer names without a word, so that two of them become one; MySQL refuses more than 64."""


def shortened(name: str) -> str:
    """The name itself, or its beginning and a digest of it all."""
    return name if len(name.encode()) <= LONGEST_NAME else distinct(name, name)


def distinct(name: str, text: str) -> str:
    """The beginning of a name and a digest of a text."""
    cut = name.encode()[: LONGEST_NAME - 9].decode(errors="ignore")
    return f"{cut}_{sha256(text.encode()).hexdigest()[:8]}"


class Names:
    """Hands out names that are used once, letter case aside, and that no engine cuts."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def take(self, name: str) -> str:
        """The name itself, or with a number behind it; too long a one shortened."""
        chosen, number = shortened(name), 1
        while chosen.casefold() in self._taken:
            number += 1
            chosen = shortened(f"{name}_{number}")
        self._taken.add(chosen.casefold())
        return chosen
