"""The five questions, answered from the demo in a directory the way `ktx sl query --execute` answers them."""

from dataclasses import dataclass
from pathlib import Path

from ktx_core.connections import Fetch, fetch_rows
from ktx_core.demo.files import CONNECTION
from ktx_core.demo.questions import QUESTIONS, Question
from ktx_core.demo.shop import TABLES, quoted
from ktx_core.project import open_project
from ktx_core.sl.answer import Execution, answer
from ktx_core.sl.model import OpenModel, load_model
from ktx_runtime.api import Invocation

_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, the SQL it became, and its rows; `naive` is the number that the naive join gives."""

    question: Question
    sql: str
    headers: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    notices: tuple[str, ...]
    naive: object

    @property
    def pitfall(self) -> str:
        """What a hand-written join gets wrong, with the number that it gets."""
        cents = isinstance(self.naive, float) and not self.naive.is_integer()
        return self.question.pitfall.format(naive=f"{self.naive:,.{2 if cents else 0}f}")


@dataclass(frozen=True, slots=True)
class Survey:
    """What the demo in a directory holds, and its questions answered."""

    tables: int
    rows: int
    first_day: str
    last_day: str
    sources: int
    measures: int
    answers: tuple[Answered, ...]


def survey(directory: Path, invocation: Invocation) -> Survey:
    """Ask every question of the project in `directory`.

    Raises `KtxError` where the project was changed so that it cannot be read, connected to or asked any more.
    """
    project = open_project(
        str(directory), working_directory=invocation.working_directory, environment=invocation.environment
    )
    model = load_model(project, project.connection(CONNECTION))
    rows, first_day, last_day = _fetch(_EXTENT, model, invocation)
    return Survey(
        tables=len(TABLES),
        rows=int(str(rows)),
        first_day=str(first_day),
        last_day=str(last_day),
        sources=len(model.sources),
        measures=sum(len(measures) for source in model.sources if isinstance(measures := source.get("measures"), list)),
        answers=tuple(_answered(question, model, invocation) for question in QUESTIONS),
    )


_ROWS = " + ".join(f"(SELECT count(*) FROM {quoted(table.name)})" for table in TABLES)  # noqa: S608 - our own names
_EXTENT = f"SELECT {_ROWS}, min(day), max(day) FROM calendar"  # noqa: S608 - as above


def _answered(question: Question, model: OpenModel, invocation: Invocation) -> Answered:
    found = answer(model, question.query(), invocation, execution=Execution(timeout_seconds=_TIMEOUT_SECONDS))
    (naive,) = _fetch(question.naive_sql, model, invocation)
    return Answered(
        question=question,
        sql=found.compiled.sql,
        headers=found.headers,
        rows=found.rows.rows if found.rows else (),
        notices=tuple(notice.message for notice in found.notices),
        naive=naive,
    )


def _fetch(sql: str, model: OpenModel, invocation: Invocation) -> tuple[object, ...]:
    """The one row that `sql` returns."""
    fetch = Fetch(sql, max_rows=1, timeout_seconds=_TIMEOUT_SECONDS)
    (row,) = fetch_rows(model.project, model.entry, fetch, invocation).rows
    return row
