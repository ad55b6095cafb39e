"""What is wrong with the shape of an entry, found before anything is made of it."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeGuard

from semantic_layer.errors import nearest
from semantic_layer.frozen import frozen
from semantic_layer.loader.construct import Value
from semantic_layer.loader.nodes import Path

Entry = Mapping[str, Value]


@frozen
class Finding:
    """Something wrong at `path` of an entry; `at_key` when it is the key that is wrong, not its value."""

    code: str
    message: str
    path: Path = ()
    hint: str | None = None
    at_key: bool = False


def is_entry(value: Value) -> TypeGuard[dict[str, Value]]:
    """Whether `value` is a mapping."""
    return isinstance(value, dict)


def entries_of(value: Value) -> list[dict[str, Value]]:
    """The mappings in `value` where it is a list of mappings; see `misshapen_list`."""
    return [item for item in value if is_entry(item)] if isinstance(value, list) else []


def texts_of(value: Value) -> list[str]:
    """The texts in `value` where it is a list of texts."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def unknown_keys(entry: Entry, known: Collection[str], path: Path = ()) -> Iterator[Finding]:
    """The keys of `entry` that mean nothing there."""
    for key in entry:
        if key not in known:
            near = nearest(key, known)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known keys: {', '.join(sorted(known))}"
            yield Finding("unknown-key", f"has an unknown key: {key}", (*path, key), hint, at_key=True)


def misshapen_entries(value: Value, known: Collection[str], path: Path, *, named: bool) -> Iterator[Finding]:
    """What keeps `value` from being a list of mappings with only `known` keys, each with a name where `named`."""
    if value is None:
        return
    if not isinstance(value, list):
        yield Finding("wrong-shape", f"wants a list: {path[-1]}", path)
        return
    for index, item in enumerate(value):
        if not is_entry(item):
            yield Finding("wrong-shape", f"wants mappings in the list: {path[-1]}", (*path, index))
            continue
        yield from unknown_keys(item, known, (*path, index))
        if named and not is_name(item.get("name")):
            yield Finding("source-without-name", f"has no name in the list: {path[-1]}", (*path, index))


def misshapen_texts(value: Value, path: Path) -> Iterator[Finding]:
    """What keeps `value` from being a list of texts."""
    if value is not None and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        yield Finding("wrong-shape", f"wants a list of texts: {path[-1]}", path)


def is_name(value: Value) -> TypeGuard[str]:
    """Whether `value` can be a name."""
    return isinstance(value, str) and bool(value)
