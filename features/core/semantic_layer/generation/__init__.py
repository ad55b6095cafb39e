"""Semantic sources made from scanned tables and the links between them."""

from semantic_layer.generation.generate import Generated, GenerationWarning, generate_sources
from semantic_layer.generation.scan import ScannedColumn, ScannedLink, ScannedTable

__all__ = [
    "Generated",
    "GenerationWarning",
    "ScannedColumn",
    "ScannedLink",
    "ScannedTable",
    "generate_sources",
]
