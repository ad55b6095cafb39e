"""How the semantic layer says no.

    SemanticError            a model or a query was understood as far as `where`, and turned down
      .problem: Problem      the same as data: code, message, where, near, hint

`validation` collects problems instead of stopping at the first one: see `ProblemsBuilder`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches

from semantic_layer.frozen import frozen

MAX_NEAR = 3


@frozen
class Where:
    """The place of a problem.

    `source` is a source's name, None for the query itself. `field` is the path inside it: `measures[2].filter`.
    `line` and `column` are 1-based, `offset` is 0-based; all three count inside the text of that field.
    """

    source: str | None = None
    field: str | None = None
    line: int | None = None
    column: int | None = None
    offset: int | None = None

    def __str__(self) -> str:
        place = " ".join(part for part in (self.source and f"source {self.source!r}", self.field) if part)
        if self.line is None:
            return place
        return f"{place} line {self.line} column {self.column}".strip()


NOWHERE = Where()


@frozen
class Problem:
    """One finding. `code` is stable and kebab-case; `near` holds at most three names that exist."""

    code: str
    message: str
    where: Where = NOWHERE
    near: tuple[str, ...] = ()
    hint: str | None = None

    def __str__(self) -> str:
        place = str(self.where)
        text = f"{place}: {self.message}" if place else self.message
        if self.near:
            text = f"{text}; did you mean {' or '.join(self.near)}?"
        return text


class SemanticError(Exception):
    """A refusal. Nothing was computed."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        where: Where = NOWHERE,
        near: Iterable[str] = (),
        hint: str | None = None,
    ) -> None:
        self.problem = Problem(code, message, where, tuple(near)[:MAX_NEAR], hint)
        super().__init__(str(self.problem))

    @classmethod
    def of(cls, problem: Problem) -> "SemanticError":
        """Raise-able form of a problem that was found as data."""
        return cls(problem.code, problem.message, where=problem.where, near=problem.near, hint=problem.hint)

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def message(self) -> str:
        return self.problem.message

    @property
    def where(self) -> Where:
        return self.problem.where

    @property
    def near(self) -> tuple[str, ...]:
        return self.problem.near

    @property
    def hint(self) -> str | None:
        return self.problem.hint

    def at(self, *, source: str | None = None, field: str | None = None) -> "SemanticError":
        """The same refusal with the parts of its place that it lacked."""
        where = self.where
        placed = replace(where, source=where.source or source, field=where.field or field)
        return SemanticError.of(replace(self.problem, where=placed))


@dataclass(slots=True)
class ProblemsBuilder:
    """Collects problems so that one finding does not hide the next."""

    problems: list[Problem]

    @classmethod
    def empty(cls) -> "ProblemsBuilder":
        return cls([])

    def add(self, problem: Problem) -> None:
        self.problems.append(problem)

    @contextmanager
    def collecting(self, *, source: str | None = None, field: str | None = None) -> Iterator[None]:
        """Run one check; a refusal becomes a problem and the block ends."""
        try:
            yield
        except SemanticError as error:
            self.add(error.at(source=source, field=field).problem)


@contextmanager
def placed(*, source: str | None = None, field: str | None = None) -> Iterator[None]:
    """Give every refusal inside the block the parts of its place that it lacks."""
    try:
        yield
    except SemanticError as error:
        raise error.at(source=source, field=field) from None


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """At most three known names that look like `name`, best first; case does not matter."""
    by_folded: dict[str, str] = {}
    for candidate in known:
        by_folded.setdefault(candidate.casefold(), candidate)
    matches = get_close_matches(name.casefold(), by_folded, n=MAX_NEAR, cutoff=0.6)
    return tuple(by_folded[match] for match in matches)
