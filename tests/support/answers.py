"""The published schemas of answers, and whether an answer is what they say."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema_rs

SCHEMAS = Path(__file__).parents[2] / "docs" / "reference" / "schemas"


def validate_answer(text: str) -> str:
    """The title of the schema that the answer in `text` fulfils. It must be one of its command's, key by key."""
    answer = json.loads(text)
    problems = []
    for title, validator in validators()[answer["command"] if answer["ok"] else None]:
        found = [f"{title}: {error.message}" for error in validator.iter_errors(answer)]
        if not found:
            return title
        problems += found
    raise AssertionError(f"no published schema fits the answer of {answer['command']}: {problems}")


def validate_if_answer(text: str) -> None:
    """Where `text` is an answer in the envelope, it must be what is published."""
    if text.startswith('{\n  "schemaVersion"'):
        validate_answer(text)


@functools.cache
def validators() -> dict[str | None, list[tuple[str, jsonschema_rs.Validator]]]:
    """Command to its schemas, by title; under None the schema of failures."""
    found: dict[str | None, list[tuple[str, jsonschema_rs.Validator]]] = {}
    for file in sorted((SCHEMAS / "answers").glob("*.json")):
        schema = json.loads(file.read_text())
        command = schema["properties"]["command"].get("const")
        found.setdefault(command, []).append((schema["title"], jsonschema_rs.validator_for(_closed(schema))))
    return found


def _closed(schema: Any) -> Any:
    """The schema, with no other keys than those that it names: what is printed and not published is a mistake here."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(part) for key, part in schema.items()}
    return closed | {"additionalProperties": False} if "properties" in schema and "title" in schema else closed
