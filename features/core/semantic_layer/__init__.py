"""The semantic layer: a model and a query become the SQL that computes the one right number, or a refusal."""

from semantic_layer.compile import compile_query
from semantic_layer.compiled import CompiledQuery, OutputColumn, QueryWarning
from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.model import parse_query, parse_source

__all__ = [
    "CompiledQuery",
    "OutputColumn",
    "Problem",
    "QueryWarning",
    "SemanticError",
    "Where",
    "compile_query",
    "parse_query",
    "parse_source",
]
