"""Amazon Redshift: PostgreSQL's table, and what it adds."""

from semantic_layer.sql_analysis.effects import postgres
from semantic_layer.sql_analysis.effects.table import Effects, names

EFFECTS = Effects(
    functions=postgres.FUNCTIONS | names("change_query_priority change_session_priority change_user_priority"),
    families=postgres.FAMILIES,
    harmless=postgres.HARMLESS,
    schemas=postgres.SCHEMAS,
)
