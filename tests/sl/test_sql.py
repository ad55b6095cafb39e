"""`ktx sql` and `ktx call`."""

from __future__ import annotations

import json

import pytest


def test_a_statement_is_run_and_shown(shop):
    done = shop.ktx("sql", "select status, count(*) as n from orders group by status order by n desc, status")
    assert done.out.splitlines()[2:] == ["paid    4", "NULL    1", "open    1"]
    assert (done.code, done.err) == (0, "")


def test_the_json_of_a_statement(shop):
    answer = shop.ktx("sql", "select 1 as one, null as absent", "--json").json
    assert {key: answer[key] for key in ("connectionId", "dialect", "headers", "rows", "totalRows", "truncated")} == {
        "connectionId": "shop",
        "dialect": "sqlite",
        "headers": ["one", "absent"],
        "rows": [[1, None]],
        "totalRows": 1,
        "truncated": False,
    }


def test_a_statement_may_come_from_stdin_and_go_to_csv(shop):
    assert shop.ktx("sql", "-", "--format", "csv", stdin="select 1 as a;\n").out == "a\n1\n"


def test_rows_that_were_cut_are_reported(shop):
    done = shop.ktx("sql", "select id from orders", "--max-rows", "2")
    assert len(done.out.splitlines()) == 4
    assert "more rows than the 2 shown" in done.err


@pytest.mark.parametrize(
    "statement",
    ["delete from orders", "select 1; select 2", "pragma writable_schema = 1", "attach 'x' as y", "", "selct 1"],
)
def test_what_is_not_certain_to_only_read_is_refused(shop, statement):
    done = shop.ktx("sql", statement, "--json")
    assert done.code == 1
    assert done.json["error"]["code"] == "not-read-only"


def test_a_statement_that_the_database_refuses_is_an_expected_failure(shop):
    done = shop.ktx("sql", "select nothing from orders", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "query-failed")


def test_bytes_that_are_no_text_are_a_usage_error(shop):
    assert shop.ktx("sql", "-", stdin="select '\udcff'").code == 2


def test_call_runs_an_operation_with_the_request_from_stdin(shop):
    request = {"dialect": "sqlite", "sql": "select 1"}
    done = shop.ktx("call", "sql-validate-read-only", stdin=json.dumps(request))
    assert (done.code, json.loads(done.out)) == (0, {"ok": True, "error": None})


def test_call_reads_a_request_from_a_file(shop):
    shop.write("request.json", json.dumps({"dialect": "sqlite", "sql": "drop table x"}))
    assert json.loads(shop.ktx("call", "sql-validate-read-only", "--input", "request.json").out)["ok"] is False


@pytest.mark.parametrize(
    ("words", "stdin", "code", "said"),
    [
        (("semantic-qury",), "", 2, "did you mean semantic-query"),
        ((), "", 2, "missing argument: OPERATION"),
        (("semantic-query",), "nonsense", 1, "the request is not JSON"),
        (("semantic-query",), '{"name": "\udcff"}', 1, "the request is not JSON"),
        (("semantic-query",), "{}", 1, "sources: field required"),
        (("semantic-query", "--input", "nothing"), "", 2, "cannot read"),
    ],
)
def test_a_call_that_cannot_be_is_told(shop, words, stdin, code, said):
    done = shop.ktx("call", *words, stdin=stdin)
    assert (done.code, said in done.err) == (code, True), done.err


def test_call_lists_the_operations(shop):
    assert "semantic-query" in shop.ktx("call", "--list").out
    assert {"name": "semantic-query", "feature": "core"}.items() <= next(
        entry for entry in shop.ktx("call", "--list", "--json").json["operations"] if entry["name"] == "semantic-query"
    ).items()
