"""What SQL says, without running it: the table a name means, whether a statement only reads, what a batch touches."""

from semantic_layer.sql_analysis.batch import Statement, StatementAnalysis, analyze_batch
from semantic_layer.sql_analysis.dialects import SUPPORTED, UnsupportedDialectError
from semantic_layer.sql_analysis.identifiers import (
    IdentifierItem,
    IdentifierProblem,
    NoTableError,
    TableIdentifier,
    parse_table_identifiers,
)
from semantic_layer.sql_analysis.known_tables import KnownTable, KnownTables, TableName
from semantic_layer.sql_analysis.read_only import ReadOnlyVerdict, check_read_only

__all__ = [
    "SUPPORTED",
    "IdentifierItem",
    "IdentifierProblem",
    "KnownTable",
    "KnownTables",
    "NoTableError",
    "ReadOnlyVerdict",
    "Statement",
    "StatementAnalysis",
    "TableIdentifier",
    "TableName",
    "UnsupportedDialectError",
    "analyze_batch",
    "check_read_only",
    "parse_table_identifiers",
]
