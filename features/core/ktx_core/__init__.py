"""The `core` feature level: the semantic layer, SQL and databases as operations and commands."""
