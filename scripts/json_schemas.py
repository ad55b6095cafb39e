"""Write docs/reference/schemas: the JSON Schemas of the runtime's files, answers and events, from their records.

    python -m scripts.json_schemas          write them
    python -m scripts.json_schemas --check  fail if one differs, or is nobody's

`answers/` has one for everything that is printed with `--json`: by the framework's verbs, by the commands of features,
and `failure.json` by what fails. `operations/` has what each operation takes and answers.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from pydantic import BaseModel

from ktx_runtime.api import Feature, resolve_reference
from ktx_runtime.cli.doctor import Check
from ktx_runtime.cli.framework import GROUPS, verb_group
from ktx_runtime.cli.overview import CommandOverview, CommandVersion
from ktx_runtime.daemon.record import DaemonRecord
from ktx_runtime.install.progress import ProgressEvent
from ktx_runtime.registry import Catalogue
from ktx_runtime.registry.answers import Schema, answer_schema, declared_answers, envelope_head, in_envelope
from ktx_runtime.registry.collect import own_catalogue
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.plugins import WantedPlugins
from scripts.record_schema import document

DIRECTORY = Path(__file__).parents[1] / "docs" / "reference" / "schemas"


def answer(kind: type, command: str) -> Schema:
    """The schema of what a verb prints with `--json` when it does what was asked: `kind`, in the envelope."""
    return in_envelope(document(kind, side="written"), command)


def failure() -> Schema:
    """The schema of what any command prints with `--json` when it fails (`ktx_runtime.api.failure_envelope`)."""
    error = {
        "title": "CommandError",
        "description": "Why it failed. `code` is stable; message and hint (the exact next step) are for people.",
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "hint": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "details": {"description": "More for programs, such as `near` names.", "type": "object"},
        },
        "required": ["code", "message", "hint"],
    }
    return {
        "title": "CommandFailure",
        "description": "A command that failed.",
        "type": "object",
        "properties": envelope_head(command={"type": "string"}, ok=False) | {"error": {"$ref": "#/$defs/CommandError"}},
        "required": ["schemaVersion", "command", "ok", "error"],
        "$defs": {"CommandError": error},
    }


def answers() -> dict[str, Schema]:
    """File name to schema, for every record that a verb answers with."""
    found = {
        "answers/command-overview.json": answer(CommandOverview, "help"),
        "answers/command-version.json": answer(CommandVersion, "version"),
    }
    for group in map(verb_group, GROUPS):
        for verb in group.verbs:
            for kind in group.module(verb).ANSWERS:
                found[f"answers/{file_name(kind)}.json"] = answer(kind, f"{group.name} {verb}")
    for feature in built_in_features():
        for command in feature.commands:
            for words, models in declared_answers(command).items():
                found |= {f"answers/{file_name(model)}.json": answer_schema(model, words) for model in models}
    return found


def file_name(kind: type) -> str:
    """`RuntimeStatus` as `runtime-status`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()


def operations() -> dict[str, Schema]:
    """File name to schema, for what each operation takes and answers."""
    found = {}
    for operation in (operation for feature in built_in_features() for operation in feature.operations):
        for role, reference, mode in (
            ("request", operation.request, "validation"),
            ("response", operation.response, "serialization"),
        ):
            model = resolve_reference(reference)
            assert isinstance(model, type)  # noqa: S101 - for the reader
            assert issubclass(model, BaseModel)  # noqa: S101
            found[f"operations/{operation.name}.{role}.json"] = model.model_json_schema(by_alias=True, mode=mode)
    return found


def built_in_features() -> list[Feature]:
    """What ships in the wheel."""
    return [entry.feature for entry in own_catalogue({}).features]


def progress_event() -> Schema:
    """The schema of a line of `--progress json`: an event, in an envelope of its own."""
    schema = document(ProgressEvent, side="written")
    properties, required = schema["properties"], schema["required"]
    assert isinstance(properties, dict)  # noqa: S101 - for the reader
    assert isinstance(required, list)  # noqa: S101
    head = {"schemaVersion": {"const": 1}, "event": {"const": "progress"}}
    return {**schema, "properties": head | properties, "required": [*head, *required]}


def all_schemas() -> dict[str, Schema]:
    """File name to schema."""
    return {
        "manifest.json": document(Manifest, side="read"),
        "plugins.json": document(WantedPlugins, side="read"),
        "progress-event.json": progress_event(),
        "doctor-check.json": document(Check, side="written"),
        "catalogue.json": Catalogue.model_json_schema(by_alias=True),
        "daemon.json": DaemonRecord.model_json_schema(by_alias=True),
        "answers/failure.json": failure(),
        **answers(),
        **operations(),
    }


def main(words: list[str]) -> int:
    """Write or check."""
    texts = {
        DIRECTORY / name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in all_schemas().items()
    }
    abandoned = sorted(set(DIRECTORY.rglob("*.json")) - set(texts))
    if "--check" in words:
        stale = [file for file, text in texts.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
        wrong = [str(file.relative_to(DIRECTORY)) for file in (*stale, *abandoned)]
        if wrong:
            print(f"out of date: {', '.join(wrong)}\nrun: make docs", file=sys.stderr)
        return 1 if wrong else 0
    for file in abandoned:
        file.unlink()
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
