"""The names of functions by engine, in `names/`.

`scripts/engine_functions.py` asks the engines themselves; for those that cannot be asked
`scripts/documented_functions.py` writes what is known of their manuals.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from sqlglot import exp

from semantic_layer.compiled import QueryWarning
from semantic_layer.errors import SemanticError, nearest

ASKED = ("clickhouse", "duckdb", "mysql", "postgres", "sqlite")
"""The dialects whose engines were asked."""

DOCUMENTED = ("bigquery", "databricks", "redshift", "snowflake", "trino", "tsql")
"""The dialects of which only manuals are known, which are never whole: what they lack may still be there."""

NOT_DOCUMENTED = "function-not-documented"
"""The code of the warning that a dialect's manual does not have a function."""

_BUILT_ON = {"redshift": "postgres"}
"""Engines that have of another what their manual does not tell."""

WITHOUT_FUNCTIONS_OF_USERS = frozenset({"sqlite"})
"""Dialects whose engine, as ktx runs it, has its own functions and no others."""

_EVERYWHERE = frozenset(
    {
        *("abs", "avg", "cast", "coalesce", "count", "extract", "lower", "max", "min", "nullif", "percentile_cont"),
        *("round", "sum", "try_cast", "upper"),
    }
)
"""What needs no looking up."""

_SINCE = {
    "databricks": "if",
    "tsql": "regexp_count regexp_instr regexp_like regexp_matches regexp_replace regexp_substr",
    "mysql": (
        "any_value bin_to_uuid grouping is_uuid json_pretty json_storage_size json_table json_value match member_of"
        " regexp_like timestampadd uuid_to_bin values"
    ),
    "sqlite": "concat concat_ws if jsonb octet_length string_agg timediff unistr",
    "postgres": (
        "any_value array_sample array_shuffle digest difference dmetaphone json_exists json_query json_scalar"
        " json_value levenshtein metaphone random_normal similarity soundex unaccent word_similarity xmlelement"
    ),
}
"""What newer versions, grammars, MySQL where MariaDB was asked, or extensions that are always at hand have besides."""

_COMBINATORS = ("If", "Array", "Map", "Distinct", "OrDefault", "OrNull", "Resample", "State", "Merge", "ForEach")
"""What ClickHouse takes at the end of every aggregate's name."""


def refuse_absent(called: Iterable[str], dialect: str) -> None:
    """Raise SemanticError `unsupported-in-dialect` for the first function that the dialect's engine does not have.

    A name that no engine and no dialect of sqlglot has is taken for a function of the user's own, where there can be
    any.
    """
    for name in called:
        if name.lower() in _EVERYWHERE or dialect not in ASKED or _has(dialect, name):
            continue
        if dialect in WITHOUT_FUNCTIONS_OF_USERS or name.upper() in exp.FUNCTION_BY_NAME or _is_somebodys(name):
            raise SemanticError(
                "unsupported-in-dialect",
                f"{dialect} has no function {name.lower()}(…)",
                near=nearest(name.lower(), _names(dialect)),
                hint=_hint(dialect),
            )


def undocumented(called: Iterable[str], dialect: str) -> tuple[QueryWarning, ...]:
    """A warning for each function that others have and the manual of this dialect does not name.

    The engine says so louder if it is not there; refusing it would keep people from what is newer than our lists.
    """
    if dialect not in DOCUMENTED:
        return ()
    strange = [
        name
        for name in called
        if name.lower() not in _EVERYWHERE
        and not _has(dialect, name)
        and (name.upper() in exp.FUNCTION_BY_NAME or _is_somebodys(name))
    ]
    return tuple(QueryWarning(NOT_DOCUMENTED, _told(name.lower(), dialect)) for name in strange)


def _told(name: str, dialect: str) -> str:
    near = nearest(name, _names(dialect))
    meant = f"; there is {' and '.join(near)}" if near else ""
    return f"no manual of {dialect} that is known here has the function {name}(…): the database may refuse it{meant}"


def _is_somebodys(name: str) -> bool:
    return any(_has(other, name) for other in ASKED)


def _hint(dialect: str) -> str:
    if dialect in WITHOUT_FUNCTIONS_OF_USERS:
        return "write it with the functions that the database has"
    return "write it with the functions that the database has; one of your own with its schema: public.f(…)"


def _has(dialect: str, name: str) -> bool:
    names = _names(dialect)
    if dialect != "clickhouse":
        return name.lower() in names
    return (
        name in names
        or name.lower() in names
        or any(name.endswith(end) and _has(dialect, name.removesuffix(end)) for end in _COMBINATORS)
    )


@lru_cache(maxsize=len(ASKED + DOCUMENTED))
def _names(dialect: str) -> frozenset[str]:
    text = Path(__file__).with_name("names").joinpath(f"{dialect}.txt").read_text(encoding="utf-8")
    base = _names(_BUILT_ON[dialect]) if dialect in _BUILT_ON else frozenset()
    return base | frozenset(text.split()) | frozenset(_SINCE.get(dialect, "").split())
