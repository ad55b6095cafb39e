"""Trino: a connector's table functions hand text to another system, so the harmless ones are listed."""

from semantic_layer.sql_analysis.effects.table import Effects

EFFECTS = Effects(
    functions=frozenset({"query", "raw_query", "execute", "procedure", "sheet"}),
    relations=frozenset({"sequence", "generate_series", "exclude_columns", "unnest", "json_table", "table_changes"}),
)
