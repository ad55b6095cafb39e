"""`ktx sl query`: measures by dimensions, as SQL or as rows."""

from argparse import ArgumentTypeError

from ktx_core.sl.answer import Execution, answer
from ktx_core.sl.model import open_model
from ktx_core.sl.options import add_consent_options, add_project_options, add_timeout_option, count_argument
from ktx_core.sl.show import show_answer
from ktx_core.sl.words import limit_word, query_of
from ktx_runtime.api import CommandParser, Invocation, Namespace, UsageError, completed_by

FORMATS = ("table", "json", "sql", "csv")


def run(invocation: Invocation) -> int:
    """Compile a semantic query, and run it with `--execute`."""
    parser = CommandParser(
        invocation,
        "sl query",
        summary="compile a semantic query to SQL, and run it with --execute",
        description=(
            "Without --execute the SQL is printed and no database is opened; with it, the rows are. A query names at "
            "least one measure or dimension. What a query file says and what the options say adds up."
        ),
        examples=(
            ("sl query --measure orders.revenue --dimension orders.created_at@month --execute", "Revenue by month:"),
            (
                "sl query --measure 'big=count(orders.id)' --filter 'orders.amount > 100' --execute --format csv",
                "An expression of your own, as CSV:",
            ),
            ("sl query --query-file revenue.yaml --explain", "What the query in a file would do, in words:"),
        ),
    )
    _add_query_options(parser)
    _add_output_options(parser)
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_query)
    return parser.dispatch()


def _add_query_options(parser: CommandParser) -> None:
    group = parser.add_argument_group("query", "The first five can be given several times.")
    measure = group.add_argument(
        "--measure", action="append", default=[], metavar="M", help="source.measure, an aggregate, or name=aggregate"
    )
    completed_by(measure, "ktx_core.sl.completing:measures")
    dimension = group.add_argument(
        "--dimension", action="append", default=[], metavar="D", help="source.column, or source.column@month"
    )
    completed_by(dimension, "ktx_core.sl.completing:dimensions")
    group.add_argument(
        "--filter", action="append", default=[], metavar="SQL", help="a condition; all of them have to hold"
    )
    segment = group.add_argument(
        "--segment", action="append", default=[], metavar="S", help="source.segment, a declared condition"
    )
    completed_by(segment, "ktx_core.sl.completing:segments")
    order_by = group.add_argument(
        "--order-by", action="append", default=[], metavar="F", help="a measure or dimension, with :desc for descending"
    )
    completed_by(order_by, "ktx_core.sl.completing:orderings")
    group.add_argument("--query-file", metavar="FILE", help="a query as YAML or JSON; - reads stdin")
    group.add_argument("--limit", type=_limit, metavar="N", help="rows at most, or: all (default: 1000)")
    group.add_argument("--no-include-empty", action="store_true", help="leave out dimension members without facts")


def _add_output_options(parser: CommandParser) -> None:
    group = parser.add_argument_group("answer")
    group.add_argument("--execute", action="store_true", help="run the query and show its rows")
    group.add_argument("--format", choices=FORMATS, help="default: table with --execute, else sql")
    group.add_argument("--json", action="store_true", help="the same as --format json")
    group.add_argument("--explain", action="store_true", help="say in words what is aggregated where, and why")
    group.add_argument("--max-rows", type=count_argument, metavar="N", help="fetch at most so many rows")
    add_timeout_option(group)


def _query(invocation: Invocation, options: Namespace) -> int:
    chosen = _format(options)
    query = query_of(options, invocation)
    execution = Execution(options.max_rows, options.timeout) if options.execute else None
    answered = answer(open_model(invocation, options), query, invocation, execution=execution)
    show_answer(answered, invocation, form=chosen, explained=options.explain)
    return 0


def _format(options: Namespace) -> str:
    """The format, where the options agree. Raises `UsageError` where they do not."""
    chosen = str(options.format) if options.format else None
    if options.json and chosen not in (None, "json"):
        raise UsageError(f"--json and --format {chosen} exclude each other")
    if options.json:
        return "json"
    if options.execute and chosen == "sql":
        raise UsageError("--format sql shows no rows", hint="leave out --execute, or choose another format")
    if not options.execute and chosen in {"table", "csv"}:
        raise UsageError(f"--format {chosen} shows rows, and nothing is run", hint="add: --execute")
    return chosen or ("table" if options.execute else "sql")


def _limit(text: str) -> int | str:
    try:
        return limit_word(text)
    except ValueError:
        raise ArgumentTypeError(f"neither a number of rows nor all: {text}") from None
