"""Shows an answer: rows as table, CSV or JSON, or the SQL."""

from functools import lru_cache

from ktx_core.rendering import json_value, show_rows
from ktx_core.sl.answer import Answer
from ktx_core.sl.explain import explain
from ktx_runtime.api import Invocation, plain_text, success_envelope


def show_answer(answer: Answer, invocation: Invocation, *, form: str, explained: bool = False) -> None:
    """Write `answer` to stdout as `form` (table, json, sql, csv), and its notices to stderr."""
    if form == "json":
        invocation.stdout.write(success_envelope("sl query", answer_record(answer, explained=explained)))
    elif answer.rows is None:
        if explained:
            invocation.stdout.write(explain(answer.compiled) + "\n\n")
        invocation.stdout.write(readable_sql(answer.compiled.sql, answer.compiled.dialect) + "\n")
    else:
        if explained:
            invocation.stderr.write(explain(answer.compiled) + "\n")
        show_rows(answer.rows, invocation, form="csv" if form == "csv" else "table")
    for notice in answer.notices:
        invocation.stderr.write(f"warning: {plain_text(notice.message)}\n")


@lru_cache(maxsize=256)
def readable_sql(sql: str, dialect: str) -> str:
    """`sql` on several lines; as it is, where the lines would not say exactly the same."""
    import sqlglot  # noqa: PLC0415 - loaded by the compiler already
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    from semantic_layer.sqlglot_dialect import sqlglot_dialect  # noqa: PLC0415

    known = sqlglot_dialect(dialect)
    try:
        statement = sqlglot.parse_one(sql, dialect=known)
        pretty = statement.sql(dialect=known, pretty=True)
        same = sqlglot.parse_one(pretty, dialect=known) == statement
    except SqlglotError:
        return sql
    return pretty if same else sql


def answer_record(answer: Answer, *, explained: bool = False) -> dict[str, object]:
    """The JSON of `ktx sl query`. `totalRows` is the number of rows in `rows`; `truncated` says that there are more."""
    rows = answer.rows
    execution: dict[str, object] = {"mode": "compile_only"}
    if rows is not None:
        execution = {
            "mode": "executed",
            "driver": answer.driver,
            "rowCount": len(rows.rows),
            "truncated": rows.truncated,
        }
    record: dict[str, object] = {
        "connectionId": answer.connection_id,
        "dialect": answer.compiled.dialect,
        "sql": answer.compiled.sql,
        "headers": answer.headers,
        "rows": [json_value(row) for row in rows.rows] if rows else (),
        "totalRows": len(rows.rows) if rows else 0,
        "truncated": rows.truncated if rows else False,
        "columns": answer.compiled.columns,
        "plan": {**answer.compiled.plan, "execution": execution},
        "warnings": [{"code": notice.code, "message": plain_text(notice.message)} for notice in answer.notices],
    }
    if explained:
        record["explanation"] = explain(answer.compiled).splitlines()
    return record
