"""What the commands of core print with `--json`, key by key.

Nothing here is imported to answer: the published JSON Schemas are made from it, and tests hold answers against them.
"""

from typing import Literal

from pydantic import Field

from ktx_core.semantic.wire import QueryColumn
from ktx_runtime.api import Record

Value = object
"""What a database gave: null, a truth value, a number, a text, or lists and objects of them."""


class AnswerWarning(Record):
    """Something that the reader of an answer should know. `code` is stable."""

    code: str
    message: str


class ModelFinding(Record):
    """Something wrong in a model. `file` is relative to the project; lines and columns start at 1."""

    severity: Literal["error", "warning"]
    code: str
    message: str
    hint: str | None
    source: str | None
    path: str | None
    file: str | None
    line: int | None
    column: int | None


class ListedSource(Record):
    """A source of a model, with the names of what queries may use of it."""

    connection_id: str
    name: str
    description: str | None
    kind: Literal["table", "sql"]
    table: str | None
    grain: tuple[str, ...]
    measures: tuple[str, ...]
    dimensions: tuple[str, ...]
    segments: tuple[str, ...]
    joins: tuple[str, ...]


class SlList(Record):
    """The sources of one connection's model, or of all."""

    sources: tuple[ListedSource, ...]
    problems: tuple[ModelFinding, ...]


class SearchHit(Record):
    """Something that fits the words; the best comes first, and only the order of scores means something."""

    connection_id: str
    kind: Literal["source", "measure", "dimension", "segment"]
    name: str
    source: str
    description: str | None
    score: float


class SearchRanking(Record):
    """What hits were ranked by; `reason` says why not by meaning, too."""

    by: tuple[Literal["words", "vectors"], ...]
    model: str | None
    reason: str | None


class SlSearch(Record):
    """What was found."""

    query: str
    hits: tuple[SearchHit, ...]
    ranking: SearchRanking


class SlRead(Record):
    """One source, as the model has it when overlays and scanned tables are merged. `file` is where it is declared."""

    connection_id: str
    file: str | None
    source: dict[str, Value]


class SlValidate(Record):
    """Everything that is wrong. `valid`: there are no errors, and with --strict no warnings either."""

    valid: bool
    findings: tuple[ModelFinding, ...]


class Sql(Record):
    """A statement and its rows. `total_rows` is their number, `truncated` that there are more."""

    connection_id: str
    dialect: str
    sql: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    total_rows: int
    truncated: bool
    warnings: tuple[AnswerWarning, ...]


class SlQuery(Sql):
    """A compiled query, and with --execute its rows. `total_rows` is their number, `truncated` that there are more.

    `plan` is described in the wire contract of semantic-query; its `execution` says whether and how the query was run.
    """

    columns: tuple[QueryColumn, ...]
    plan: dict[str, Value]
    explanation: tuple[str, ...] | None = Field(default=None, description="Lines of text, only with --explain.")


class SlGenerate(Record):
    """Sources made from tables. Files are relative to the project; `kept` are those that were there already."""

    connection_id: str
    dry_run: bool
    sources: tuple[dict[str, Value], ...]
    written: tuple[str, ...]
    kept: tuple[str, ...]
    warnings: tuple[AnswerWarning, ...]


class GraphNode(Record):
    """A source."""

    name: str


class GraphEdge(Record):
    """A join. `as` is the role in which its target is joined."""

    from_: str = Field(alias="from")
    to: str
    as_: str = Field(alias="as")
    on: str
    relationship: str


class SlGraph(Record):
    """How the sources of a model join."""

    connection_id: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]


class ScanChange(Record):
    """A difference. `part` is a column, a join or a key of the table; `drift`: the database moved away."""

    kind: Literal["added", "changed", "vanished", "removed", "kept"]
    table: str
    part: str | None
    before: Value
    after: Value
    drift: bool


class Scan(Record):
    """What a look at the database changed. `errors` of the model were counted where something was written."""

    connection_id: str
    dry_run: bool
    drifted: bool
    tables: int
    changes: tuple[ScanChange, ...]
    written: tuple[str, ...]
    diff: str | None
    warnings: tuple[AnswerWarning, ...]
    errors: int | None


class ListedOperation(Record):
    """An operation that can be called, the path of its route, and the feature that it is of."""

    name: str
    path: str
    summary: str
    feature: str


class CallList(Record):
    """The operations of all installed features. What each takes and answers has a schema of its own."""

    operations: tuple[ListedOperation, ...]


class DemoQuestion(Record):
    """A question with its answer. `pitfall` is what a join written by hand would give."""

    question: str
    shows: str
    pitfall: str | None
    command: tuple[str, ...]
    query: dict[str, Value]
    sql: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    notices: tuple[str, ...]


class DemoStep(Record):
    """What to try next."""

    command: tuple[str, ...]
    shows: str


class SetupDemo(Record):
    """The demo project that was made."""

    directory: str
    written: tuple[str, ...]
    replaced: tuple[str, ...]
    tables: int
    rows: int
    first_day: str
    last_day: str
    sources: int
    measures: int
    questions: tuple[DemoQuestion, ...]
    next: tuple[DemoStep, ...]


SL = {
    "sl list": (SlList,),
    "sl search": (SlSearch,),
    "sl read": (SlRead,),
    "sl validate": (SlValidate,),
    "sl query": (SlQuery,),
    "sl generate": (SlGenerate,),
    "sl graph": (SlGraph,),
}
SQL = {"sql": (Sql,)}
SCAN = {"scan": (Scan,)}
CALL = {"call": (CallList,)}
SETUP_DEMO = {"setup demo": (SetupDemo,)}
