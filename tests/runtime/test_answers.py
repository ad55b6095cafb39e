"""Everything that `ktx runtime … --json` can answer is published, and is what was published."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from ktx_runtime.cli.framework import GROUPS, verb_group
from tests.runtime.conftest import Ktx
from tests.runtime.small_wheel import REPOSITORY
from tests.support.answers import SCHEMAS, validate_answer, validators


def test_the_published_schemas_are_those_of_the_records() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.json_schemas", "--check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def published() -> set[str]:
    """What the framework itself answers; features declare what their commands do (tests/sl/test_answers.py)."""
    ours = {*GROUPS, "help", "version"}
    return {
        title
        for command, found in validators().items()
        if command is None or command.split()[0] in ours
        for title, _ in found
    }


def test_every_verb_says_what_it_answers() -> None:
    groups = [verb_group(word) for word in GROUPS]
    named = {kind.__name__ for group in groups for verb in group.verbs for kind in group.module(verb).ANSWERS}
    assert published() - {"CommandFailure"} == named | {"CommandOverview", "CommandVersion"}


def test_every_schema_and_every_part_of_one_says_what_it_is() -> None:
    for file in SCHEMAS.rglob("*.json"):
        schema = json.loads(file.read_text())
        for part in (schema, *schema.get("$defs", {}).values()):
            assert part["title"], file
            assert part["description"], f"{file}: {part['title']}"


def test_an_answer_with_a_key_too_many_or_too_few_fits_no_schema() -> None:
    sound = {"schemaVersion": 1, "command": "runtime why", "ok": True, "decisions": []}
    assert validate_answer(json.dumps(sound)) == "RuntimeWhy"
    for wrong in (sound | {"more": 1}, {key: sound[key] for key in ("schemaVersion", "command", "ok")}):
        with pytest.raises(AssertionError, match="RuntimeWhy"):
            validate_answer(json.dumps(wrong))


@pytest.mark.runtime
def test_every_answer_of_every_verb_is_what_its_schema_says(ktx: Ktx, tmp_path: Path) -> None:
    plugin = REPOSITORY / "tests" / "runtime" / "no_such_plugin"
    calls = [
        ("status",),
        ("install", "--feature", "beta", "--yes"),
        ("status",),
        ("ensure", "--yes"),
        ("why",),
        ("stop",),
        ("doctor",),
        ("features",),
        ("logs",),
        ("logs", "install"),
        ("path",),
        ("plugins", "list"),
        ("plugins", "add", str(plugin), "--yes"),
        ("prune", "--dry-run"),
        ("uninstall", "--yes"),
    ]
    calls_of_none = [("--help", "--json"), ("--version", "--json")]
    told = [ktx.run(*words) for words in (*(("runtime", *call, "--json") for call in calls), *calls_of_none)]
    seen = {validate_answer(done.stdout) for done in told}
    # These are answered, and so validated, in the tests of plugins, of bundles, of the daemon, and of authors.
    elsewhere = {"RuntimePluginsChange", "RuntimeBundle", "RuntimeStart", "NewPlugin", "PluginReport"}
    assert seen == published() - elsewhere


@pytest.mark.runtime
def test_a_failure_is_told_in_one_shape(ktx: Ktx) -> None:
    for words in [("runtime", "no-such-verb"), ("runtime", "install", "--nonsense"), ("no-such-command",)]:
        done = ktx.run(*words, "--json")
        assert done.returncode == 2
        assert validate_answer(done.stdout) == "CommandFailure"


@pytest.mark.runtime
def test_files_and_events_are_what_their_schemas_say(ktx: Ktx) -> None:
    done = ktx.run("runtime", "install", "--feature", "beta", "--yes", "--progress", "json")
    manifest = ktx.manifest()
    generation = ktx.generation_directory(manifest["generation"])
    demand("manifest.json", manifest)
    demand("catalogue.json", json.loads((generation / "catalogue.json").read_text()))
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert {event["phase"] for event in events} >= {"environment", "packages", "check", "publish", "done"}
    for event in events:
        demand("progress-event.json", event)


def demand(name: str, content: object) -> None:
    jsonschema_rs.validator_for(json.loads((SCHEMAS / name).read_text())).validate(content)
