"""`ktx sql`: one read-only statement, run on a connection of the project."""

from ktx_core.connections import Fetch, dialect_of, fetch_rows
from ktx_core.project import open_project
from ktx_core.rendering import json_value, show_rows
from ktx_core.sl.options import add_consent_options, add_project_options, add_timeout_option, count_argument
from ktx_runtime.api import (
    CommandParser,
    Invocation,
    Namespace,
    OperationRefused,
    Rows,
    UsageError,
    success_envelope,
)
from semantic_layer.sql_analysis import check_read_only

DEFAULT_MAX_ROWS = 1000


def run(invocation: Invocation) -> int:
    """Run one statement."""
    parser = CommandParser(
        invocation,
        "sql",
        summary="run one read-only SQL statement on a connection",
        description="A statement that is not certain to only read is refused before the database is opened.",
        examples=(
            ("sql 'select count(*) from orders'", "One number:"),
            ("sql --format csv --max-rows 100000 - <report.sql", "A statement from a file, as CSV:"),
        ),
    )
    parser.add_argument("statement", metavar="SQL", help="the statement; - reads stdin")
    parser.add_argument("--format", choices=("table", "json", "csv"), help="default: table")
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument(
        "--max-rows",
        type=count_argument,
        default=DEFAULT_MAX_ROWS,
        metavar="N",
        help=f"fetch at most so many rows (default: {DEFAULT_MAX_ROWS})",
    )
    add_timeout_option(parser)
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_run)
    return parser.dispatch()


def _run(invocation: Invocation, options: Namespace) -> int:
    if options.json and options.format not in (None, "json"):
        raise UsageError(f"--json and --format {options.format} exclude each other")
    project = open_project(
        options.project_dir, working_directory=invocation.working_directory, environment=invocation.environment
    )
    entry = project.connection(options.connection_id)
    dialect = dialect_of(entry.driver, program=invocation.program)
    statement = invocation.stdin.read() if options.statement == "-" else str(options.statement)
    if not _is_text(statement):
        raise UsageError("the statement is not UTF-8 text")
    verdict = check_read_only(statement, dialect=dialect)
    if not verdict.ok:
        raise OperationRefused(verdict.error or "not read-only", code="not-read-only")
    rows = fetch_rows(project, entry, Fetch(statement, options.max_rows, options.timeout), invocation)
    warnings = _warnings(rows, options.max_rows)
    if options.json or options.format == "json":
        record = {
            "connectionId": entry.id,
            "dialect": dialect,
            "sql": statement,
            "headers": rows.headers,
            "rows": [json_value(row) for row in rows.rows],
            "totalRows": len(rows.rows),
            "truncated": rows.truncated,
            "warnings": warnings,
        }
        invocation.stdout.write(success_envelope("sql", record))
    else:
        show_rows(rows, invocation, form=options.format or "table")
    for warning in warnings:
        invocation.stderr.write(f"warning: {warning['message']}\n")
    return 0


def _is_text(statement: str) -> bool:
    try:
        statement.encode()
    except UnicodeEncodeError:
        return False
    return True


def _warnings(rows: Rows, most: int) -> list[dict[str, str]]:
    if not rows.truncated:
        return []
    return [
        {"code": "max-rows-cut", "message": f"there are more rows than the {most} shown; --max-rows N fetches more"}
    ]
