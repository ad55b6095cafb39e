"""The shape of a dialect's table of effects."""

from semantic_layer.frozen import frozen

QUERY_WORDS_THAT_WRITE = frozenset({"DELETE", "INSERT", "INTO", "MERGE", "UPDATE"})
"""Bare words that turn a query into a write anywhere in it: DML in a CTE, SELECT INTO, INTO OUTFILE."""


def names(text: str) -> frozenset[str]:
    """The words of `text`, for tables that are easier to keep as prose."""
    return frozenset(text.split())


@frozen
class Effects:
    """What a query must not contain on one engine.

    All names are lower case. `functions` are refused when called, in any position and under any qualifier;
    `families` are beginnings of such names; `schemas` are schemas whose every function is refused. `harmless` are
    exceptions to families.
    `relations`, unless None, are the only functions accepted in FROM position: for engines whose table functions
    read files, call other servers or run text as SQL. `relation_families` are beginnings of further ones.
    `words`: bare words that are refused anywhere (upper case). `symbols`: refused sequences of characters.
    `hint_words`: refused in an optimiser hint (upper case). `settings`: the only query settings accepted.
    `values_after_dot`: names that act when read like a column (`s.nextval`).
    `file_formats`: relation names, or schema names, behind which the engine reads a file.
    """

    functions: frozenset[str] = frozenset()
    families: tuple[str, ...] = ()
    schemas: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()
    relations: frozenset[str] | None = None
    relation_families: tuple[str, ...] = ()
    words: frozenset[str] = QUERY_WORDS_THAT_WRITE
    symbols: tuple[str, ...] = ()
    hint_words: frozenset[str] = frozenset({"SET"})
    settings: frozenset[str] = frozenset()
    values_after_dot: frozenset[str] = frozenset({"nextval"})
    file_formats: frozenset[str] = frozenset()

    def acts(self, function: str) -> bool:
        """Whether calling `function` (any letter case, unqualified) has an effect."""
        name = function.lower()
        if name in self.harmless:
            return False
        return name in self.functions or name.startswith(self.families)

    def accepts_relation(self, function: str) -> bool:
        """Whether `function` (any letter case) may stand in FROM."""
        name = function.lower()
        return self.relations is None or name in self.relations or name.startswith(self.relation_families)
