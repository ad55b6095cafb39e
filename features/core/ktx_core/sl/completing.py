"""What may be typed for the arguments of `ktx sl` and `ktx sql`: names of the project's model and connections."""

from argparse import Namespace
from collections.abc import Iterable, Iterator

from ktx_core.project import Project
from ktx_core.sl.model import OpenModel, load_models, project_of
from ktx_runtime.api import Completion
from semantic_layer.members import Item, described, is_public, items

_GRANULARITIES = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_DIRECTIONS = (":asc", ":desc")


def connections(completion: Completion) -> Iterable[tuple[str, str]]:
    """The connections of the project."""
    return [(entry.id, entry.driver) for entry in _project(completion).connections]


def sources(completion: Completion) -> Iterable[tuple[str, str]]:
    """The sources of the model."""
    return [(str(source["name"]), described(source) or "") for source in _sources(completion)]


def measures(completion: Completion) -> Iterable[tuple[str, str]]:
    """`source.measure`."""
    return _members(completion, "measures")


def segments(completion: Completion) -> Iterable[tuple[str, str]]:
    """`source.segment`."""
    return _members(completion, "segments")


def dimensions(completion: Completion) -> Iterable[tuple[str, str]]:
    """`source.column`; behind an @ what a time may be cut to."""
    name, is_cut, _ = completion.begun.rpartition("@")
    if is_cut:
        return [(f"{name}@{granularity}", "") for granularity in _GRANULARITIES]
    return [
        (f"{source['name']}.{column['name']}", described(column) or str(column.get("type") or ""))
        for source in _sources(completion)
        for column in items(source, "columns")
        if is_public(column)
    ]


def orderings(completion: Completion) -> Iterable[tuple[str, str]]:
    """Measures and dimensions; behind a colon the direction."""
    name, is_directed, _ = completion.begun.rpartition(":")
    if is_directed:
        return [(f"{name}{direction}", "") for direction in _DIRECTIONS]
    return [*measures(completion), *dimensions(completion)]


def _members(completion: Completion, kind: str) -> list[tuple[str, str]]:
    return [
        (f"{source['name']}.{member['name']}", described(member) or str(member.get("expr") or ""))
        for source in _sources(completion)
        for member in items(source, kind)
    ]


def _sources(completion: Completion) -> Iterator[Item]:
    for model in _models(completion):
        yield from model.sources


def _models(completion: Completion) -> list[OpenModel]:
    return load_models(completion.invocation, _options(completion))


def _project(completion: Completion) -> Project:
    return project_of(completion.invocation, _options(completion))


def _options(completion: Completion) -> Namespace:
    """What was said of the project so far."""
    said = completion.said
    return Namespace(project_dir=said.get("project_dir"), connection_id=said.get("connection_id"))
