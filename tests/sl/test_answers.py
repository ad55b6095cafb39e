"""Everything that commands of features answer with `--json`, and every operation, is published and is as published."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest

from ktx_runtime.registry import Catalogue
from ktx_runtime.registry.answers import declared_answers
from tests.sl.conftest import Shop
from tests.support.answers import SCHEMAS, validate_answer

BY_COUNTRY = ("sl", "query", "--measure", "orders.revenue", "--dimension", "customers.country")
CALLS = [
    ("sl", "list", "--json"),
    ("sl", "search", "revenue", "--json"),
    ("sl", "read", "orders", "--json"),
    ("sl", "validate", "--json"),
    (*BY_COUNTRY, "--execute", "--explain", "--format", "json"),
    (*BY_COUNTRY, "--format", "json"),
    ("sl", "graph", "--json"),
    ("sl", "generate", "--dry-run", "--json"),
    ("sl", "generate", "--json"),
    ("sql", "select 1 as one, null as none_at_all, 'x' as text", "--json"),
    ("scan", "--dry-run", "--json"),
    ("scan", "--json"),
    ("call", "--list", "--json"),
    ("setup", "demo", "a-demo", "--json"),
]
ELSEWHERE = {"EmbeddedTexts", "EmbeddedFile", "SetupLocalEmbeddings"}
"""Validated where they are answered: in tests/embeddings."""

ORDERS = {"name": "orders", "table": "orders", "grain": ["id"], "columns": [{"name": "id", "type": "number"}]}
KEY = {"name": "id", "type": "int", "primary_key": True}
REQUESTS = {
    "semantic-query": {"sources": [ORDERS], "query": {"measures": ["count(orders.id)"], "dimensions": ["orders.id"]}},
    "semantic-validate": {"sources": [ORDERS, {"name": "broken"}], "dialect": "postgres"},
    "semantic-generate-sources": {"tables": [{"name": "t", "columns": [KEY]}]},
    "sql-parse-table-identifier": {
        "items": [
            {"key": "a", "sql_table_name": "s.t", "dialect": "postgres"},
            {"key": "b", "sql_table_name": "${x}", "dialect": "no-such"},
        ]
    },
    "sql-validate-read-only": {"dialect": "postgres", "sql": "delete from t"},
    "sql-analyze-batch": {
        "dialect": "postgres",
        "items": [{"id": "a", "sql": "select a from t"}, {"id": "b", "sql": "("}],
    },
    "database-introspect": {"connection_id": "shop", "driver": "sqlite", "url": "shop.db"},
}


def declared(catalogue: Catalogue) -> set[str]:
    commands = [command for _, command in catalogue.commands().values()]
    return {model.__name__ for command in commands for models in declared_answers(command).values() for model in models}


def test_every_command_says_what_it_answers(catalogue: Catalogue) -> None:
    assert [name for name, (_, command) in catalogue.commands().items() if command.answers is None] == []


def test_every_answer_of_every_command_is_what_its_schema_says(shop: Shop, catalogue: Catalogue) -> None:
    done = [shop.ktx(*words) for words in CALLS]
    assert [run.err for run in done if run.code] == []
    assert {validate_answer(run.out) for run in done} == declared(catalogue) - ELSEWHERE


def test_every_operation_takes_and_answers_what_its_schemas_say(shop: Shop, catalogue: Catalogue) -> None:
    ours = {name for name, (entry, _) in catalogue.operations().items() if entry.feature.default}
    assert set(REQUESTS) == ours
    for name, request in REQUESTS.items():
        demand(f"{name}.request.json", request)
        done = shop.ktx("call", name, stdin=json.dumps(request))
        assert done.code == 0, done.err
        demand(f"{name}.response.json", done.json)


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_a_request_of_the_wrong_shape_fits_no_schema(name: str) -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        demand(f"{name}.request.json", {"nonsense": 1})


def test_schemas_of_operations_are_published_for_each_and_for_no_other(catalogue: Catalogue) -> None:
    published = {file.name for file in (SCHEMAS / "operations").iterdir()}
    assert published == {f"{name}.{role}.json" for name in catalogue.operations() for role in ("request", "response")}


def demand(name: str, content: object) -> None:
    schema = json.loads((SCHEMAS / "operations" / name).read_text())
    jsonschema_rs.validator_for(schema).validate(content)
