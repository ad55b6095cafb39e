"""The words between EXPLAIN and the statement it explains, by dialect."""

from collections.abc import Sequence

from semantic_layer.sql_analysis.lexing import Lexeme, LexemeKind
from semantic_layer.sql_analysis.refusal import RefusedError

_OPTIONS = {
    "bigquery": frozenset[str](),
    "clickhouse": frozenset({"AST", "SYNTAX", "QUERY", "TREE", "PLAN", "PIPELINE", "ESTIMATE"}),
    "databricks": frozenset({"EXTENDED", "CODEGEN", "COST", "FORMATTED"}),
    "duckdb": frozenset({"ANALYZE"}),
    "mysql": frozenset({"ANALYZE", "EXTENDED", "PARTITIONS"}),
    "postgres": frozenset({"ANALYZE", "ANALYSE", "VERBOSE"}),
    "redshift": frozenset({"ANALYZE", "VERBOSE"}),
    "snowflake": frozenset({"USING", "TABULAR", "JSON", "TEXT"}),
    "sqlite": frozenset({"QUERY", "PLAN"}),
    "trino": frozenset({"ANALYZE", "VERBOSE"}),
    "tsql": frozenset[str](),
}
_ASSIGNING = frozenset({"clickhouse", "mysql"})
"""Dialects with options of the form `FORMAT = JSON`."""
_STARTS = frozenset({"SELECT", "WITH", "VALUES", "FROM", "("})


def is_explain(lexemes: Sequence[Lexeme]) -> bool:
    """Whether the statement begins with EXPLAIN."""
    return bool(lexemes) and lexemes[0].upper == "EXPLAIN"


def explained_from(lexemes: Sequence[Lexeme], dialect: str) -> int:
    """The index of the first lexeme of the explained statement.

    Raises `RefusedError` when nothing follows, or what follows is neither a query nor a known option.
    """
    at = _after_list(lexemes, 1)
    while at < len(lexemes):
        if dialect in _ASSIGNING and at + 2 < len(lexemes) and lexemes[at + 1].text == "=":
            at += 3
            at += at < len(lexemes) and lexemes[at].text == ","
        elif lexemes[at].upper in _OPTIONS[dialect]:
            at = _after_list(lexemes, at + 1)
        else:
            break
    if at >= len(lexemes):
        raise RefusedError("EXPLAIN of nothing", lexemes[0].start)
    return at


def _after_list(lexemes: Sequence[Lexeme], at: int) -> int:
    """The index after a parenthesised list of options at `at`, or `at` where a query or a word stands."""
    if at + 1 >= len(lexemes) or lexemes[at].text != "(" or lexemes[at + 1].text.upper() in _STARTS:
        return at
    for index in range(at + 1, len(lexemes)):
        lexeme = lexemes[index]
        if lexeme.kind is LexemeKind.SYMBOL and lexeme.text == ")":
            return index + 1
        if lexeme.kind is LexemeKind.SYMBOL and lexeme.text not in {",", "="}:
            break
    raise RefusedError("a list of options that is not understood", lexemes[at].start)
