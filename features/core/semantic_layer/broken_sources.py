"""Sources whose shape is off: a query that needs one is refused with what is wrong there, others are answered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from semantic_layer.compiled import QueryWarning
from semantic_layer.errors import SemanticError
from semantic_layer.graph import ModelIndex

LEFT_OUT = "source-left-out"
"""The code of the warning that a source is off and had no part in an answer."""


@contextmanager
def refusing_broken(index: ModelIndex) -> Iterator[None]:
    """Where a refusal is about a source that is off, say what is wrong with the source instead."""
    try:
        yield
    except SemanticError as error:
        for name in index.broken:
            if error.where.source == name or repr(name) in error.message or f"{name}." in error.message:
                raise _refusal(index, name) from None
        if index.broken:
            told = "; ".join(_told(index, name) for name in index.broken)
            hint = f"{error.hint}; {told}" if error.hint else told
            raise SemanticError.of(replace(error.problem, hint=hint)) from None
        raise


def broken_sources_left_out(index: ModelIndex, used: Sequence[str]) -> tuple[QueryWarning, ...]:
    """A warning for each source that is off and not `used`. Raises SemanticError for the first that is."""
    for name in index.broken:
        if name in used:
            raise _refusal(index, name)
    return tuple(QueryWarning(LEFT_OUT, _told(index, name)) for name in index.broken)


def _refusal(index: ModelIndex, name: str) -> SemanticError:
    return SemanticError.of(index.broken[name][0])


def _told(index: ModelIndex, name: str) -> str:
    first, *more = index.broken[name]
    others = f" (and {len(more)} more)" if more else ""
    return f"the source {name!r} cannot be asked, its shape is off: {first}{others}"
