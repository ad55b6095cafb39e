"""Asks a model a query: compiles it, runs it where wanted, and says when rows were cut."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ktx_core.connections import Fetch, fetch_rows
from ktx_core.semantic.handlers import query as compile_handler
from ktx_core.semantic.wire import QueryRequest, QueryResponse
from ktx_core.sl.findings import place_of
from ktx_core.sl.model import OpenModel
from ktx_core.sl.options import DEFAULT_TIMEOUT_SECONDS
from ktx_runtime.api import Invocation, OperationContext, OperationRefused, Rows
from semantic_layer.broken_sources import LEFT_OUT
from semantic_layer.model import read_source

DEFAULT_LIMIT = 1000
"""The limit of a query that states none (semantics.md, query model)."""

_UNKNOWN_NAMES = frozenset({"unknown-column", "unknown-measure", "unknown-segment", "unknown-source"})

_MOST_PROBLEMS = 3

EVERY_ROW = 10_000_000
"""What stands for "all" where a number is needed: beyond it the rows would not fit into memory."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How to run a query. `max_rows` None means as many as the query's limit allows."""

    max_rows: int | None = None
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader of the numbers should know."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A compiled query, and its rows where it was run."""

    connection_id: str
    driver: str
    compiled: QueryResponse
    rows: Rows | None
    notices: tuple[Notice, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        return self.rows.headers if self.rows else tuple(column.alias for column in self.compiled.columns)


def answer(
    model: OpenModel, query: Mapping[str, object], invocation: Invocation, *, execution: Execution | None
) -> Answer:
    """Compile `query` and, with an `execution`, run it.

    Raises `OperationRefused` for what the semantic layer or the database turns down.
    """
    compiled = _compile(model, query, invocation)
    notices = [Notice(f"model-{problem.code}", str(problem)) for problem in model.problems]
    notices.extend(_model_notices(model, compiled))
    notices.extend(Notice(warning.code, warning.message) for warning in compiled.warnings if warning.code != LEFT_OUT)
    rows: Rows | None = None
    if execution is not None:
        rows, cut = _run(model, query, compiled, invocation, execution)
        notices.extend(cut)
    return Answer(
        connection_id=model.entry.id, driver=model.entry.driver, compiled=compiled, rows=rows, notices=tuple(notices)
    )


def _compile(model: OpenModel, query: Mapping[str, object], invocation: Invocation) -> QueryResponse:
    request = QueryRequest(sources=model.sources, query=dict(query), dialect=model.dialect)
    context = OperationContext(invocation.mode, invocation.working_directory, dict(invocation.environment))
    try:
        return compile_handler(request, context)
    except OperationRefused as error:
        raise _told_with_files(model, error, invocation) from error


def _told_with_files(model: OpenModel, error: OperationRefused, invocation: Invocation) -> OperationRefused:
    """The refusal with the place in the model's files, and with the files that might have what was not found."""
    where = error.details.get("where")
    place = place_of(model, where) if isinstance(where, Mapping) else None
    hint = error.hint
    if error.code in _UNKNOWN_NAMES:
        hint = hint or f"run: {invocation.program} sl list, or: {invocation.program} sl search WORD"
        left_out = [f"left out of the model: {problem}" for problem in model.problems[:_MOST_PROBLEMS]]
        hint = "; ".join([*left_out, hint])
    return OperationRefused(
        f"{place}: {error.message}" if place else error.message,
        code=error.code,
        hint=hint,
        details={**error.details, **({"file": place} if place else {})},
    )


def _model_notices(model: OpenModel, compiled: QueryResponse) -> list[Notice]:
    """A notice for each finding in the shape of a source that had no part in the answer, with its place in a file."""
    if all(warning.code != LEFT_OUT for warning in compiled.warnings):
        return []
    return [
        Notice(f"model-{problem.code}", f"{place_of(model, asdict(problem.where)) or 'the model'}: {problem}")
        for source in model.sources
        for problem in read_source(source).problems
    ]


def _run(
    model: OpenModel, query: Mapping[str, object], compiled: QueryResponse, invocation: Invocation, execution: Execution
) -> tuple[Rows, tuple[Notice, ...]]:
    """The rows, and a notice when there were more: the statement that runs asks for one row above the limit."""
    stated = query.get("limit", DEFAULT_LIMIT)
    limit = stated if isinstance(stated, int) else None
    runnable = compiled if limit is None else _compile(model, {**query, "limit": limit + 1}, invocation)
    most = min(
        limit if limit is not None else EVERY_ROW, execution.max_rows if execution.max_rows is not None else EVERY_ROW
    )
    fetch = Fetch(runnable.sql, most, execution.timeout_seconds, runnable.parameters)
    rows = fetch_rows(model.project, model.entry, fetch, invocation)
    return rows, tuple(_cut_notice(rows, most, limit, stated="limit" in query))


def _cut_notice(rows: Rows, most: int, limit: int | None, *, stated: bool) -> list[Notice]:
    if not rows.truncated:
        return []
    if limit is None or most < limit:
        return [Notice("max-rows-cut", f"there are more rows than the {most} shown; --max-rows says how many to fetch")]
    whose = "the limit" if stated else "the default limit"
    return [
        Notice("limit-cut", f"there are more rows than the {most} shown; {whose} cut them (--limit N, --limit all)")
    ]
