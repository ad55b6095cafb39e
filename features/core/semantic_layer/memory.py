"""Models that were indexed and queries that were compiled, kept by content.

A caller may change its own mappings at any time, so identity proves nothing: what is kept is a copy, and a model is
found again by comparing with it. That costs what reading the mappings costs, about 0.02 ms for 50 sources.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar

from semantic_layer.graph import ModelIndex
from semantic_layer.model import read_source

_MODELS = 8
_QUERIES = 256
T = TypeVar("T")


class Recent(Generic[T]):
    """The most recently used values, up to a number. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, value: T) -> None:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)


class ModelMemory:
    """Indexed models by dialect and content, the most recent ones first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: list[tuple[str, list[object], ModelIndex]] = []

    def index(self, sources: Sequence[Mapping[str, object]], dialect: str) -> ModelIndex:
        """The index of this content. Raises SemanticError where two sources have one name, or one has none."""
        given = list(sources)
        with self._lock:
            for at, (known, content, index) in enumerate(self._kept):
                if known == dialect and len(content) == len(given) and content == given:
                    self._kept.insert(0, self._kept.pop(at))
                    return index
        content = [_copied(source) for source in given]
        index = Model(given).index(dialect)
        with self._lock:
            self._kept.insert(0, (dialect, content, index))
            del self._kept[_MODELS:]
        return index


class Model:
    """Sources to compile many queries over: copied once, indexed once for each dialect, never compared again."""

    def __init__(self, sources: Sequence[Mapping[str, object]]) -> None:
        read = [read_source(source) for source in sources]
        self._sources = [one.source for one in read]
        self._broken = {one.source.name: one.problems for one in read if one.problems}
        self._indexes: dict[str, ModelIndex] = {}
        self._lock = Lock()

    def index(self, dialect: str) -> ModelIndex:
        """The index for a dialect."""
        with self._lock:
            found = self._indexes.get(dialect)
            if found is None:
                found = self._indexes[dialect] = ModelIndex(self._sources, dialect=dialect, broken=self._broken)
            return found


class QueryMemory(Generic[T]):
    """What queries gave, one shelf for each index."""

    def __init__(self) -> None:
        self._shelves: Recent[Recent[T]] = Recent(_MODELS)

    def compiled(self, index: ModelIndex, query: Mapping[str, object], compile_: Callable[[], T]) -> T:
        """What `compile_` gave for this content the first time. Refusals are not kept."""
        shelf = self._shelves.get(index)
        if shelf is None:
            shelf = Recent(_QUERIES)
            self._shelves.put(index, shelf)
        key = _key(query)
        found = shelf.get(key)
        if found is None:
            found = compile_()
            shelf.put(key, found)
        return found


def _copied(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    if isinstance(value, tuple):
        return tuple(_copied(item) for item in value)
    return value


def _key(value: object) -> Hashable:
    """Equal for equal JSON; numbers and truth values keep their types."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, Mapping):
        return tuple((key, _key(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return (type(value), *map(_key, value))
    return (type(value), repr(value))
