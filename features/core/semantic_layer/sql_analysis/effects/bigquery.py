"""BigQuery: functions that reach another database, and pipes into further statements."""

from semantic_layer.sql_analysis.effects.table import QUERY_WORDS_THAT_WRITE, Effects

EFFECTS = Effects(
    functions=frozenset({"external_query", "external_object_transform"}),
    words=QUERY_WORDS_THAT_WRITE | {"EXPORT"},
    symbols=("|>",),
)
