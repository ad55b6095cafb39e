"""DuckDB for ktx."""
