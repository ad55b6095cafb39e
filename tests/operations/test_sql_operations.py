"""The operations on SQL, databases and scans, one-shot, in the shapes of the wire contract."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ktx_core.sql.batch import analyze_here
from ktx_core.sql.parts import CHARACTERS_PER_PART, merge, split
from ktx_core.sql.wire import AnalyzeBatchRequest, BatchItem


def test_identifiers_are_answered_by_key(call):
    items = [
        {"key": "a", "sql_table_name": "`p.d.t`", "dialect": "BigQuery"},
        {"key": "b", "sql_table_name": "(SELECT 1)", "dialect": "postgres"},
    ]
    answer = call("sql-parse-table-identifier", {"items": items})
    assert answer.exit_code == 0
    assert answer.body == {
        "results": {
            "a": {
                "ok": True,
                "catalog": "p",
                "schema": "d",
                "name": "t",
                "canonical_table": "p.d.t",
                "reason": None,
                "detail": None,
            },
            "b": {
                "ok": False,
                "catalog": None,
                "schema": None,
                "name": None,
                "canonical_table": None,
                "reason": "derived_table_not_supported",
                "detail": "the text is a query",
            },
        }
    }


def test_a_read_only_statement_is_ok_and_another_says_why_not(call):
    assert call("sql-validate-read-only", {"dialect": "postgres", "sql": "SELECT 1"}).body == {
        "ok": True,
        "error": None,
    }
    refused = call("sql-validate-read-only", {"dialect": "postgres", "sql": "SELECT pg_sleep(1)"})
    assert refused.exit_code == 0
    assert refused.body == {"ok": False, "error": "not read-only: the function pg_sleep at line 1, column 8"}
    assert refused.stderr == ""


def test_a_batch_is_answered_by_id_and_one_bad_statement_fails_alone(call):
    answer = call(
        "sql-analyze-batch",
        {
            "dialect": "postgres",
            "items": [{"id": "1", "sql": "SELECT id FROM orders GROUP BY id ORDER BY id"}, {"id": "2", "sql": "SELEC"}],
            "catalog": {"tables": [{"db": "public", "name": "orders", "columns": ["id"]}]},
            "max_workers": 4,
        },
    )
    assert answer.exit_code == 0
    assert answer.body["results"]["1"] == {
        "tables_touched": [{"catalog": None, "db": "public", "name": "orders"}],
        "columns_by_clause": {
            "select": ["id"],
            "where": [],
            "join": [],
            "groupBy": ["id"],
            "having": [],
            "orderBy": ["id"],
        },
        "error": None,
    }
    assert answer.body["results"]["2"]["error"]
    assert answer.stderr == ""


def test_a_catalog_may_come_straight_from_an_introspection(call):
    column = {"name": "id", "type": "int", "nullable": False, "primary_key": True, "comment": None}
    catalog = {"tables": [{"catalog": None, "db": "public", "name": "orders", "comment": None, "columns": [column]}]}
    request = {"dialect": "postgres", "items": [{"id": "1", "sql": "SELECT 1 FROM orders"}], "catalog": catalog}
    assert call("sql-analyze-batch", request).body["results"]["1"]["tables_touched"][0]["db"] == "public"


@pytest.mark.parametrize("workers", [0, 33])
def test_workers_are_one_to_thirty_two(call, workers):
    answer = call("sql-analyze-batch", {"dialect": "postgres", "items": [], "max_workers": workers})
    assert (answer.exit_code, answer.body) == (1, None)


def test_an_unknown_dialect_is_refused_for_the_batch(call):
    answer = call("sql-analyze-batch", {"dialect": "cobol", "items": [{"id": "1", "sql": "SELECT 1"}]})
    assert answer.exit_code == 1
    assert "cobol" in answer.stderr


def large_batch(**more) -> AnalyzeBatchRequest:
    filler = ", ".join(f"a{number}" for number in range(400))
    items = [
        BatchItem(id=str(number), sql=f"SELECT {filler} FROM t{number} WHERE b = {number}")
        for number in range(3 * CHARACTERS_PER_PART // len(filler))
    ]
    items += [BatchItem(id="0", sql="SELECT 1 FROM the_last_of_its_id"), BatchItem(id="bad", sql="SELEC")]
    return AnalyzeBatchRequest(dialect="postgres", items=tuple(items), **more)


def test_a_large_batch_in_parts_has_the_answer_of_the_whole():
    request = large_batch(max_workers=3)
    parts = split(request, 8)
    assert len(parts) == 3
    assert tuple(item for part in parts for item in part.items) == request.items
    assert merge([analyze_here(part) for part in parts]) == analyze_here(request)


@pytest.mark.parametrize(("workers", "most"), [(None, 8), (1, 8), (32, 1)])
def test_a_batch_is_split_only_as_far_as_caller_and_machine_allow(workers, most):
    assert len(split(large_batch(max_workers=workers), most)) == 1


def test_a_large_batch_is_computed_in_parts_one_shot(call):
    request = large_batch(max_workers=32)
    answer = call("sql-analyze-batch", request.model_dump(mode="json"))
    assert answer.exit_code == 0
    assert answer.body == json.loads(analyze_here(request).model_dump_json())


def test_sources_are_generated_and_valid(call):
    tables = [
        {
            "name": "orders",
            "db": "public",
            "columns": [
                {"name": "id", "type": "integer", "primary_key": True},
                {"name": "customer_id", "type": "integer"},
                {"name": "amount", "type": "money"},
            ],
        },
        {"name": "customers", "db": "public", "columns": [{"name": "id", "type": "integer", "primary_key": True}]},
    ]
    links = [
        {
            "from_table": "orders",
            "from_column": "customer_id",
            "to_table": "customers",
            "to_column": "id",
            "relationship_type": "many_to_one",
        }
    ]
    answer = call("semantic-generate-sources", {"tables": tables, "links": links})
    assert answer.exit_code == 0
    assert answer.body["source_count"] == 2
    assert answer.body["warnings"] == []
    assert "null" not in json.dumps(answer.body["sources"])
    assert call("semantic-validate", {"sources": answer.body["sources"]}).body["errors"] == []


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A file with two tables that refer to each other."""
    file = tmp_path / "shop.db"
    connection = sqlite3.connect(file)
    connection.executescript(
        "CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INT REFERENCES a (id)); CREATE TABLE a (id INTEGER PRIMARY KEY);"
    )
    connection.close()
    return file


def introspect(call, url: str, **more: object):
    return call("database-introspect", {"connection_id": "shop", "driver": "sqlite", "url": url, **more})


def test_a_database_is_described(call, database):
    answer = introspect(call, f"sqlite:///{database}")
    assert answer.exit_code == 0
    body = answer.body
    assert list(body) == ["connection_id", "extracted_at", "metadata", "tables"]
    extracted = datetime.fromisoformat(body["extracted_at"])
    assert extracted.utcoffset() == UTC.utcoffset(None)
    assert body["metadata"] == {"driver": "sqlite", "schemas": ["public"]}
    assert [table["name"] for table in body["tables"]] == ["a", "b"]
    assert body["tables"][1] == {
        "catalog": None,
        "db": None,
        "name": "b",
        "comment": None,
        "kind": "table",
        "columns": [
            {"name": "id", "type": "INTEGER", "nullable": False, "primary_key": True, "comment": None},
            {"name": "a_id", "type": "INT", "nullable": True, "primary_key": False, "comment": None},
        ],
        "foreign_keys": [
            {"from_column": "a_id", "to_table": "a", "to_column": "id", "constraint_name": None, "to_db": None}
        ],
    }


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (None, ["a", "b"]),
        ([], []),
        ([{"name": "B"}], ["b"]),
        ([{"catalog": None, "db": "main", "name": "a"}], ["a"]),
        ([{"db": "other", "name": "a"}], []),
    ],
)
def test_the_scope_says_which_tables(call, database, scope, names):
    answer = introspect(call, f"sqlite:///{database}", table_scope=scope)
    assert [table["name"] for table in answer.body["tables"]] == names


def test_an_absent_driver_comes_with_its_install_command(call):
    answer = call("database-introspect", {"connection_id": "x", "driver": "oracle", "url": "oracle://u:hunter2@h/d"})
    assert answer.exit_code == 1
    assert "runtime plugins add ktx-oracle" in answer.stderr
    assert "hunter2" not in answer.stderr


def test_a_password_is_never_repeated(call):
    answer = introspect(call, "postgres://user:hunter2@host/db")
    assert answer.exit_code == 1
    assert "hunter2" not in answer.stderr
    broken = introspect(call, "postgres://user:hunter2@host/db", statement_timeout_ms="hunter2")
    assert broken.exit_code == 1
    assert "hunter2" not in broken.stderr
