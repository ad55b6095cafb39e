"""From a plan to a sqlglot tree. No SQL is ever put together as text."""

from semantic_layer.sql.build import build_query

__all__ = ["build_query"]
