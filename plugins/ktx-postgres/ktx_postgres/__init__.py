"""PostgreSQL for ktx: read-only queries and introspection, over psycopg 3."""
