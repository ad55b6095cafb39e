"""Frozen dataclasses to JSON and back: snake_case in Python, camelCase in files.

Reads what `dataclasses` and plain annotations can say: str, int, float, bool, None, unions of these, literals, enums,
tuples of one type, mappings with text keys, and further dataclasses. Unknown keys are passed over, so that a later
release may add one without a new schema number.
"""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


class Undecodable(ValueError):
    """The JSON has not the shape of the record. `where` is the path to the value, as in `features[0].name`."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}" if where else problem)
        self.where = where


def encode(value: object) -> Any:  # noqa: ANN401 - JSON is whatever the record holds
    """`value` as plain JSON data; keys of dataclasses in camelCase, in their order."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {camel(field.name): encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    return value


def decode(kind: type[T], value: object, where: str = "") -> T:
    """Read a `kind` out of plain JSON data. Raises `Undecodable`."""
    decoded: T = _decode(kind, value, where)
    return decoded


def camel(name: str) -> str:
    """`installed_at` becomes `installedAt`."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _decode(kind: Any, value: object, where: str) -> Any:  # noqa: ANN401 - annotations are data here
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin is typing.Literal:
        return _one_of(arguments, value, where)
    if origin in {typing.Union, types.UnionType}:
        return _decode_optional(arguments, value, where)
    if origin is not None:
        decode_many = _decode_tuple if origin is tuple else _decode_mapping
        return decode_many(arguments, value, where)
    if dataclasses.is_dataclass(kind):
        return _decode_record(kind, value, where)
    if issubclass(kind, enum.Enum):
        return kind(_one_of(tuple(member.value for member in kind), value, where))
    return _decode_scalar(kind, value, where)


def _decode_record(kind: Any, value: object, where: str) -> object:  # noqa: ANN401 - annotations are data here
    if not isinstance(value, dict):
        raise Undecodable(where, "an object is wanted")
    arguments = {}
    for name, (annotation, required) in _shape(kind).items():
        key = camel(name)
        path = f"{where}.{key}" if where else key
        if key in value:
            arguments[name] = _decode(annotation, value[key], path)
        elif required:
            raise Undecodable(path, "it is missing")
    record: object = kind(**arguments)
    return record


@cache
def _shape(kind: type) -> dict[str, tuple[Any, bool]]:
    hints = typing.get_type_hints(kind)
    missing = dataclasses.MISSING
    return {
        field.name: (hints[field.name], field.default is missing and field.default_factory is missing)
        for field in dataclasses.fields(kind)
    }


def _decode_tuple(kinds: tuple[Any, ...], value: object, where: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise Undecodable(where, "a list is wanted")
    return tuple(_decode(kinds[0], item, f"{where}[{index}]") for index, item in enumerate(value))


def _decode_mapping(kinds: tuple[Any, ...], value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Undecodable(where, "an object is wanted")
    return {key: _decode(kinds[1], item, f"{where}.{key}") for key, item in value.items()}


def _decode_optional(kinds: tuple[Any, ...], value: object, where: str) -> object:
    if value is None:
        return None
    (kind,) = (kind for kind in kinds if kind is not type(None))
    return _decode(kind, value, where)


def _one_of(allowed: tuple[Any, ...], value: object, where: str) -> object:
    if value not in allowed:
        raise Undecodable(where, f"one of {', '.join(map(str, allowed))} is wanted")
    return value


def _decode_scalar(kind: Any, value: object, where: str) -> object:  # noqa: ANN401 - annotations are data here
    if kind is float and type(value) is int:
        return float(value)
    # `type` rather than `isinstance`: a bool is no int here.
    if type(value) is not kind:
        raise Undecodable(where, f"{kind.__name__} is wanted")
    return value
