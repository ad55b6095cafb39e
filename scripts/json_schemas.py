"""Write docs/reference/schemas/*.json: the JSON Schemas of the runtime's files, from the records that read them.

python scripts/json_schemas.py          write them
python scripts/json_schemas.py --check  fail if one differs
"""

from __future__ import annotations

import dataclasses
import enum
import json
import sys
import types
import typing
from pathlib import Path
from typing import Any

from ktx_runtime.cli.doctor import Check
from ktx_runtime.daemon.record import DaemonRecord
from ktx_runtime.install.progress import ProgressEvent
from ktx_runtime.registry import Catalogue
from ktx_runtime.state.codec import camel
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.plugins import WantedPlugins

DIRECTORY = Path(__file__).parents[1] / "docs" / "reference" / "schemas"
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def of_annotation(kind: Any, definitions: dict[str, object]) -> dict[str, object]:  # noqa: ANN401, PLR0911 - a table
    """The schema of what `ktx_runtime.state.codec` reads for the annotation `kind`."""
    arguments = typing.get_args(kind)
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [of_annotation(argument, definitions) for argument in arguments]}
    if origin is tuple:
        return {"type": "array", "items": of_annotation(arguments[0], definitions)}
    if origin is not None:
        return {"type": "object", "additionalProperties": of_annotation(arguments[1], definitions)}
    if dataclasses.is_dataclass(kind):
        name = typing.cast(type, kind).__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = of_record(typing.cast(type, kind), definitions)
        return {"$ref": f"#/$defs/{name}"}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return {"enum": [member.value for member in kind]}
    return {"type": SCALARS[kind]}


def of_record(kind: type, definitions: dict[str, object]) -> dict[str, object]:
    """The schema of a dataclass. Unknown keys are allowed: readers pass over them."""
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    missing = dataclasses.MISSING
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().split("\n\n")[0],
        "properties": {camel(field.name): of_annotation(hints[field.name], definitions) for field in fields},
        "required": [
            camel(field.name) for field in fields if field.default is missing and field.default_factory is missing
        ],
    }


def of_file(kind: type) -> dict[str, object]:
    """A whole schema document."""
    definitions: dict[str, object] = {}
    schema = of_record(kind, definitions)
    return {"title": kind.__name__, **schema, "$defs": definitions}


def all_schemas() -> dict[str, dict[str, object]]:
    """File name to schema."""
    return {
        "manifest.json": of_file(Manifest),
        "plugins.json": of_file(WantedPlugins),
        "progress-event.json": of_file(ProgressEvent),
        "doctor-check.json": of_file(Check),
        "catalogue.json": Catalogue.model_json_schema(by_alias=True),
        "daemon.json": DaemonRecord.model_json_schema(by_alias=True),
    }


def main(words: list[str]) -> int:
    """Write or check."""
    stale = []
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for name, schema in all_schemas().items():
        file = DIRECTORY / name
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        if "--check" not in words:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(f"out of date: {', '.join(stale)}; run: python scripts/json_schemas.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
