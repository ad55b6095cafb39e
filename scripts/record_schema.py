"""JSON Schemas of the dataclasses that `ktx_runtime.state.codec` reads and writes, from their annotations.

A string literal below a field describes it, as one below the class describes that.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import re
import textwrap
import types
import typing
from typing import Any, Literal

from ktx_runtime.state.codec import camel

Side = Literal["read", "written"]
"""Who a schema is for: a reader takes a record without the fields that have a default, a writer writes them all."""

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


class RecordSchemas:
    """Makes schemas; the named ones among them, each once, collect in `definitions`."""

    def __init__(self, side: Side) -> None:
        self.definitions: dict[str, object] = {}
        self._side = side

    def of_annotation(self, kind: Any) -> dict[str, object]:  # noqa: ANN401, PLR0911 - a table
        """The schema of a value annotated as `kind`."""
        arguments = typing.get_args(kind)
        origin = typing.get_origin(kind)
        if kind is Any:
            return {}
        if origin is Literal:
            return {"type": "string", "enum": list(arguments)}
        if origin in {typing.Union, types.UnionType}:
            return {"anyOf": [self.of_annotation(argument) for argument in arguments]}
        if origin is tuple:
            return {"type": "array", "items": self.of_annotation(arguments[0])}
        if origin is not None:
            return {"type": "object", "additionalProperties": self.of_annotation(arguments[1])}
        if dataclasses.is_dataclass(kind) or issubclass(kind, enum.Enum):
            return self._reference(typing.cast("type", kind))
        return {"type": _SCALARS[kind]}

    def of_record(self, kind: type) -> dict[str, object]:
        """The schema of a dataclass. Unknown keys are allowed: readers pass over them."""
        hints = typing.get_type_hints(kind)
        said = _said_of_fields(kind)
        fields = dataclasses.fields(kind)
        properties = {}
        for field in fields:
            found = self.of_annotation(hints[field.name])
            properties[camel(field.name)] = found | ({"description": said[field.name]} if field.name in said else {})
        return {
            "title": kind.__name__,
            "description": _said(kind.__doc__),
            "type": "object",
            "properties": properties,
            "required": [camel(field.name) for field in fields if self._side == "written" or not _has_default(field)],
        }

    def _reference(self, kind: type) -> dict[str, object]:
        name = kind.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = _of_enum(kind) if issubclass(kind, enum.Enum) else self.of_record(kind)
        return {"$ref": f"#/$defs/{name}"}


def document(kind: type, *, side: Side) -> dict[str, object]:
    """A whole schema: of the dataclass `kind`, with everything that it refers to."""
    schemas = RecordSchemas(side)
    schema = schemas.of_record(kind)
    return {**schema, **({"$defs": schemas.definitions} if schemas.definitions else {})}


def _of_enum(kind: type[enum.Enum]) -> dict[str, object]:
    return {
        "title": kind.__name__,
        "description": _said(kind.__doc__),
        "type": "string",
        "enum": [member.value for member in kind],
    }


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _said_of_fields(kind: type) -> dict[str, str]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 - a class is what was asked for
    said = {}
    for statement, following in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(following, ast.Expr):
            assert isinstance(statement.target, ast.Name)  # noqa: S101 - and its fields have names
            said[statement.target.id] = _said(ast.literal_eval(following.value))
    return said


def _said(documentation: str | None) -> str:
    """The first paragraph, in one line, with the names of fields as JSON has them."""
    paragraph = " ".join(inspect.cleandoc(documentation or "").split("\n\n")[0].split())
    return re.sub(r"`[a-z_.]+`", lambda name: camel(name[0]), paragraph)
