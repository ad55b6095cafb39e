"""Changes of a document, as data, applied to a file's own tree with its comments."""

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Set:
    """Put `value` at `place`; mappings on the way are made."""

    place: Place
    value: object


@dataclass(frozen=True, slots=True)
class Remove:
    """Take away what is at `place`, and mappings that are empty without it."""

    place: Place


@dataclass(frozen=True, slots=True)
class Insert:
    """Put `value` into the list at `place`, which is made where it is missing, before `index` or at its end."""

    place: Place
    index: int | None
    value: object


Edit = Set | Remove | Insert


def apply_edits(document: Any, edits: Iterable[Edit]) -> None:  # noqa: ANN401 - plain or a tree of the YAML library
    """Change `document` in place."""
    for edit in edits:
        match edit:
            case Set(place, value):
                _made(document, place[:-1])[place[-1]] = value
            case Remove(place):
                _remove(document, place)
            case Insert(place, index, value):
                above = _made(document, place[:-1])
                if not isinstance(above.get(place[-1]), list):
                    above[place[-1]] = []
                target = above[place[-1]]
                target.insert(len(target) if index is None else index, value)


def _made(document: Any, place: Place) -> Any:  # noqa: ANN401 - as above
    for step in place:
        if isinstance(step, str) and not isinstance(document.get(step), MutableMapping | list):
            document[step] = {}
        document = document[step]
    return document


def _remove(document: Any, place: Place) -> None:  # noqa: ANN401 - as above
    *above, last = place
    holder = document
    for step in above:
        if isinstance(step, str) and step not in holder:
            return
        holder = holder[step]
    if isinstance(last, str) and last not in holder:
        return
    del holder[last]
    if isinstance(last, str) and not holder and above and isinstance(above[-1], str):
        _remove(document, tuple(above))
