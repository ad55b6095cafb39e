"""The part of a model that can be read: a source of the wrong shape keeps the findings in the others from nobody."""

import copy
from collections.abc import Mapping, Sequence

from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.expressions import outside_subqueries, parse_expression
from semantic_layer.frozen import frozen
from semantic_layer.graph import ModelIndex, column_parts, splits
from semantic_layer.loader.path import parse_path
from semantic_layer.model import Source, parse_source, source_problems


@frozen
class ReadableModel:
    """The sources that could be read, indexed."""

    index: ModelIndex
    declared: tuple[Source, ...]
    """The sources as they were written. In the index a name that stands twice is changed the second time."""
    order: tuple[str, ...]
    """The names of all sources, as they came, those that could not be read among them."""
    touched: frozenset[str] | None
    """The sources changed of late; None when nobody knows."""

    @property
    def dialect(self) -> str:
        return self.index.dialect

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(self.index.sources.values())

    @property
    def unread(self) -> frozenset[str]:
        """The names of the sources that exist but could not be read."""
        return frozenset(self.order) - self.index.sources.keys()

    def concerns_unread(self, text: str) -> bool:
        """Whether an expression names a role of a source that could not be read: what it lacks then proves nothing."""
        if not self.unread:
            return False
        unread = {join.role for source in self.sources for join in source.joins if join.to in self.unread}
        try:
            tree = parse_expression(text, self.dialect, comments=True)
        except SemanticError:
            return False
        names = [column_parts(node) for node in outside_subqueries(tree)]
        return any(role in unread | self.unread for parts in names if parts for role, _ in splits(parts))


def read_model(
    raw_sources: Sequence[object], *, dialect: str, touched: Sequence[str] | None
) -> tuple[ReadableModel, tuple[Problem, ...]]:
    """The readable model, and what is wrong with the shape of its sources and their names."""
    problems: list[Problem] = []
    read: dict[str, Source] = {}
    order: dict[str, None] = {}
    for position, raw in enumerate(raw_sources):
        found = source_problems(raw)
        problems.extend(_named(problem, position) for problem in found)
        name = raw.get("name") if isinstance(raw, Mapping) else None
        if not isinstance(name, str):
            continue
        if name in order:
            message = f"two sources are named {name!r}"
            problems.append(Problem("duplicate-source", message, Where(source=name, field="name")))
            continue
        order[name] = None
        source = _read(raw, found)
        if source is not None:
            read[name] = source
    index = ModelIndex([_told_apart(source) for source in read.values()], dialect=dialect)
    known_touched = None if touched is None else frozenset(touched)
    return ReadableModel(index, tuple(read.values()), tuple(order), known_touched), tuple(problems)


def _named(problem: Problem, position: int) -> Problem:
    """A source without a usable name is known by its place in the request."""
    where = problem.where
    if where.source is not None:
        return problem
    field = f"sources[{position}]" + (f".{where.field}" if where.field else "")
    return Problem(problem.code, problem.message, Where(None, field), problem.near, problem.hint)


def _read(raw: object, problems: tuple[Problem, ...]) -> Source | None:
    """The source without its unknown keys, so that one misspelling does not hide what else there is to say."""
    if not isinstance(raw, Mapping) or any(problem.code != "unknown-key" for problem in problems):
        return None
    known = copy.deepcopy(dict(raw)) if problems else raw
    for problem in problems:
        _drop(known, problem.where.field or "")
    try:
        return parse_source(known)
    except SemanticError:
        return None


def _told_apart(source: Source) -> Source:
    """The source with the second column, measure or segment of a name under another, so that it is looked at too."""
    changed: dict[str, object] = {}
    for field in ("columns", "measures", "segments"):
        items, names = list(getattr(source, field)), set()
        for position, item in enumerate(items):
            if item.name in names:
                items[position] = item.model_copy(update={"name": f"{item.name} ({field}[{position}])"})
            names.add(item.name)
        if len(names) < len(items):
            changed[field] = tuple(items)
    return source.model_copy(update=changed) if changed else source


def _drop(value: object, path: str) -> None:
    *above, last = parse_path(path) or ("",)  # a key without a letter has a path without a step
    for step in above:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
    if isinstance(value, dict):
        value.pop(last, None)
