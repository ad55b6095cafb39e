"""The semantic layer: a model and a query become the SQL that computes the one right number, or a refusal."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from semantic_layer.compile import compile_query
    from semantic_layer.compiled import CompiledQuery, OutputColumn, QueryWarning
    from semantic_layer.errors import Problem, SemanticError, Where
    from semantic_layer.memory import Model
    from semantic_layer.model import parse_query, parse_source

__all__ = [
    "CompiledQuery",
    "Model",
    "OutputColumn",
    "Problem",
    "QueryWarning",
    "SemanticError",
    "Where",
    "compile_query",
    "parse_query",
    "parse_source",
]

_HOMES = {
    "compile": ("compile_query",),
    "compiled": ("CompiledQuery", "OutputColumn", "QueryWarning"),
    "errors": ("Problem", "SemanticError", "Where"),
    "memory": ("Model",),
    "model": ("parse_query", "parse_source"),
}
"""Where each name lives. It is imported when it is first asked for: who only loads a model needs no compiler, and the
compiler's libraries take most of a short command's time."""

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        home = next((home for home, names in _HOMES.items() if name in names), None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
        return globals()[name]
