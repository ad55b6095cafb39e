"""What commands answer with `--json`: the models that a command declares, and the JSON Schemas of whole answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from ktx_runtime.api import Command, resolve_reference
from ktx_runtime.api.envelope import ENVELOPE_SCHEMA_VERSION
from ktx_runtime.state.codec import camel

Schema = dict[str, Any]
Answers = Mapping[str, tuple[type[BaseModel], ...]]


def declared_answers(command: Command) -> Answers:
    """The models by the words that stand in the envelope; none where the command declares none.

    Imports code of the command's feature. Raises ValueError for what is no such mapping, with the reason.
    """
    if command.answers is None:
        return {}
    found = resolve_reference(command.answers)
    if not isinstance(found, Mapping):
        raise ValueError("it is no mapping of commands to models")
    for words, models in found.items():
        if words != command.name and not str(words).startswith(f"{command.name} "):
            raise ValueError(f"{words!r} is not {command.name!r}, nor a verb of it")
        if not isinstance(models, tuple) or not all(
            isinstance(one, type) and issubclass(one, BaseModel) for one in models
        ):
            raise ValueError(f"{words!r} has no tuple of pydantic models")
    return found


def answer_schema(model: type[BaseModel], command: str) -> Schema:
    """The JSON Schema of what `command` prints when it does what was asked: `model`, in the envelope.

    Readers pass over keys that they do not know, so none is forbidden.
    """
    return in_envelope(_for_readers(model.model_json_schema(by_alias=True, mode="serialization")), command)


def in_envelope(schema: Schema, command: str) -> Schema:
    """`schema`, that of an answer's own keys, with those of the envelope before them."""
    own = {key: value for key, value in schema.items() if key not in {"properties", "required", "$defs"}}
    head = envelope_head(command={"const": command}, ok=True)
    definitions = {"$defs": schema["$defs"]} if "$defs" in schema else {}
    return {
        **own,
        "properties": head | schema.get("properties", {}),
        "required": [*head, *schema.get("required", [])],
        **definitions,
    }


def envelope_head(*, command: Schema, ok: bool) -> Schema:
    """The properties of the envelope, where `command` is the schema of the words in it."""
    return {"schemaVersion": {"const": ENVELOPE_SCHEMA_VERSION}, "command": command, "ok": {"const": ok}}


def _for_readers(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """The schema without what only a writer is held to, and without a title for each single field."""
    if isinstance(schema, list):
        return [_for_readers(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told: Schema = {}
    for key, value in schema.items():
        if key == "additionalProperties" and value is False:
            continue
        if key == "description" and isinstance(value, str):
            told[key] = _in_json_names(value)
        elif key == "properties":
            told[key] = {name: _for_readers(_without_title(field)) for name, field in value.items()}
        else:
            told[key] = _for_readers(value)
    return told


def _without_title(field: Schema) -> Schema:
    return {key: value for key, value in field.items() if key != "title"}


def _in_json_names(text: str) -> str:
    """A docstring in one line, with the names of fields as JSON has them."""
    return re.sub(r"`[a-z_]+`", lambda name: camel(name[0]), " ".join(text.split()))
