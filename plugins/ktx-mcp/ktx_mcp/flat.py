"""Tools that take a query: its parts are arguments of theirs, since agents fill flat arguments with fewer mistakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, TypeVar, get_type_hints

from ktx_mcp.wishes import Query

A = TypeVar("A")


def takes_query(tool: Callable[..., Awaitable[A]]) -> Callable[..., Awaitable[A]]:
    """`tool(self, query, …)` as one that takes the fields of `Query` instead, ahead of its other arguments.

    What a client is told of a tool is read from its signature, which therefore is the query's own: types, bounds,
    descriptions and defaults stand in one place.
    """

    @wraps(tool)
    async def flat(self: object, **given: object) -> A:
        query = Query.model_validate({name: given.pop(name) for name in Query.model_fields if name in given})
        return await tool(self, query, **given)

    named = signature(tool, eval_str=True)
    subject, _, *own = named.parameters.values()
    made = named.replace(parameters=[subject, *_parameters(), *own])
    flat.__signature__ = made  # type: ignore[attr-defined] # inspect reads it, functions do not declare it
    return flat


def _parameters() -> list[Parameter]:
    types = get_type_hints(Query, include_extras=True)
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=types[name], default=_default(field))
        for name, field in Query.model_fields.items()
    ]


def _default(field: Any) -> object:  # noqa: ANN401 - pydantic's FieldInfo
    return field.get_default(call_default_factory=True)
