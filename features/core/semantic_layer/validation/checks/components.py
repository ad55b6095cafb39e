"""Sources that no join connects with the rest."""

from collections.abc import Iterator

from semantic_layer.errors import Problem, Where
from semantic_layer.validation.readable import ReadableModel

_SHOWN = 5


def check_components(model: ReadableModel) -> Iterator[Problem]:
    """Every group of sources but the largest, said once, of its first source."""
    if model.unread:
        return  # a join may lead through a source that could not be read
    groups = _groups(model)
    largest = max(groups, key=len, default=[])
    for group in groups:
        if group is not largest:
            shown = ", ".join(group[:_SHOWN]) + (", …" if len(group) > _SHOWN else "")
            message = f"no join connects {shown} with {largest[0]} and what belongs to it"
            yield Problem("disconnected-sources", message, Where(source=group[0]))


def _groups(model: ReadableModel) -> list[list[str]]:
    """The connected groups of sources, members and groups in the order of the model."""
    leader = {source.name: source.name for source in model.sources}

    def lead(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for source in model.sources:
        for join in source.joins:
            if join.to in leader:
                leader[lead(join.to)] = lead(source.name)
    groups: dict[str, list[str]] = {}
    for name in leader:
        groups.setdefault(lead(name), []).append(name)
    return list(groups.values())
