"""One table: what its shard says, what the database says now, and what it said at the last scan. Pure.

A value is the user's where the shard says other than the last scan did; such a one stays, and is told. Everything else
follows the database. What is gone from the database is told, and leaves the shard only when that was asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ktx_core.scan.edits import Edit, Insert, Remove, Set
from ktx_core.scan.entries import FORMAL
from ktx_core.scan.shapes import Entry, at, mappings_in


class Kind(StrEnum):
    """What happened to a table or a part of it."""

    ADDED = "added"
    CHANGED = "changed"
    VANISHED = "vanished"
    REMOVED = "removed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; what is not there is None. `drift`: the database has moved since the last scan."""

    kind: Kind
    table: str
    part: str
    before: object = None
    after: object = None
    drift: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """`overwrite`: the database is right wherever a shard differs. `prune`: what is gone from it leaves the shards."""

    overwrite: bool = False
    prune: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """How the shard's entry changes, what there is to tell, and what the next scan remembers."""

    edits: tuple[Edit, ...]
    changes: tuple[Change, ...]
    memory: Entry


JoinKey = tuple[str, str]
KeyOf = Callable[[Entry], JoinKey]
"""What a join is recognised by, whatever its alias: its target and its condition."""


def merge(name: str, *, mine: Entry, theirs: Entry, base: Entry | None, policy: Policy, key_of: KeyOf) -> Merged:
    """Merge the entry of the table `name`. Without `base` every difference may be the user's, and is kept."""
    builder = _MergeBuilder(name, policy)
    builder.value("table", ("table",), mine, theirs, base)
    builder.value("description", ("descriptions", "db"), mine, theirs, base)
    _merge_columns(builder, mine, theirs, base)
    _merge_joins(builder, mine, theirs, base, key_of)
    memory = dict(theirs)
    for part, vanished in builder.vanished.items():
        if vanished:
            memory[part] = [*mappings_in(theirs.get(part)), *vanished]
    return Merged((*builder.sets, *builder.removes, *builder.inserts), tuple(builder.changes), memory)


class _MergeBuilder:
    """Edits in the order in which they hold: values at their old places, removals from the end, insertions last."""

    def __init__(self, name: str, policy: Policy) -> None:
        self.sets: list[Edit] = []
        self.removes: list[Edit] = []
        self.inserts: list[Edit] = []
        self.changes: list[Change] = []
        self.vanished: dict[str, list[Entry]] = {"columns": [], "joins": []}
        self.policy = policy
        self._name = name

    def tell(self, kind: Kind, part: str, before: object = None, after: object = None, *, drift: bool = True) -> None:
        self.changes.append(Change(kind, self._name, part, before, after, drift))

    def value(
        self,
        part: str,
        path: tuple[str, ...],
        mine: Entry,
        theirs: Entry,
        base: Entry | None,
        *,
        within: tuple[str | int, ...] = (),
        default: object = None,
    ) -> None:
        """Settle one value. `within` is where `mine` stands in the table's entry."""
        yours, said = _or(at(mine, *path), default), _or(at(theirs, *path), default)
        if yours == said:
            return
        before = _or(at(base, *path), default) if base is not None else None
        if self.policy.overwrite or (base is not None and yours == before):
            self.tell(Kind.CHANGED, part, yours, said)
            place = (*within, *path)
            self.sets.append(Remove(place) if at(theirs, *path) is None else Set(place, at(theirs, *path)))
        else:
            self.tell(Kind.KEPT, part, yours, said, drift=base is None or said != before)

    def gone(self, part: str, listed: str, index: int, entry: Entry, remembered: Entry | None) -> None:
        """A member of the list `listed` that the database has no more."""
        if self.policy.prune:
            self.tell(Kind.REMOVED, part, entry)
            self.removes.insert(0, Remove((listed, index)))
        else:
            self.tell(Kind.VANISHED, part)
            self.vanished[listed].append(remembered if remembered is not None else entry)


def _merge_columns(builder: _MergeBuilder, mine: Entry, theirs: Entry, base: Entry | None) -> None:
    said = {str(column["name"]): column for column in mappings_in(theirs.get("columns"))}
    remembered = {str(column.get("name")): column for column in mappings_in(at(base, "columns"))}
    written = [str(column.get("name")) for column in mappings_in(mine.get("columns"))]
    gone = set()
    for index, column in enumerate(mappings_in(mine.get("columns"))):
        name = str(column.get("name"))
        before = remembered.get(name)
        if name in said:
            _merge_column(builder, column, said[name], before, ("columns", index))
        elif base is None or before is not None:
            builder.gone(name, "columns", index, column, before)
            gone.add(name)
        else:
            builder.tell(Kind.KEPT, name, drift=False)
    order = [name for name in written if not (builder.policy.prune and name in gone)]
    for name, column in said.items():
        if name in written:
            continue
        if name in remembered and not builder.policy.overwrite:
            builder.tell(Kind.KEPT, name, after=column["type"], drift=False)
            continue
        place = _after_its_neighbour(name, tuple(said), order)
        order.insert(place, name)
        builder.inserts.append(Insert(("columns",), place, column))
        builder.tell(Kind.ADDED, name, after=column["type"])


def _merge_column(
    builder: _MergeBuilder, mine: Entry, theirs: Entry, base: Entry | None, within: tuple[str | int, ...]
) -> None:
    name = str(mine.get("name"))
    for part, path, default in (
        ("type", ("type",), None),
        ("pk", ("pk",), False),
        ("nullable", ("nullable",), True),
        ("description", ("descriptions", "db"), None),
        ("unique", ("constraints", "db", "unique"), False),
    ):
        builder.value(f"{name}.{part}", path, mine, theirs, base, within=within, default=default)


def _after_its_neighbour(name: str, in_database: Sequence[str], order: Sequence[str]) -> int:
    """Where a new column goes: behind the nearest one before it in the database that is there."""
    before = in_database[: in_database.index(name)]
    return next((order.index(near) + 1 for near in reversed(before) if near in order), 0)


def _merge_joins(builder: _MergeBuilder, mine: Entry, theirs: Entry, base: Entry | None, key_of: KeyOf) -> None:
    """A join of another origin than the database's keys is somebody's own, and stands for the database's equal."""
    said = {key_of(join): join for join in mappings_in(theirs.get("joins"))}
    remembered = {key_of(join): join for join in mappings_in(at(base, "joins"))}
    written = {}
    for index, join in enumerate(mappings_in(mine.get("joins"))):
        key = key_of(join)
        written[key] = join
        if join.get("source") != FORMAL:
            continue
        before = remembered.get(key)
        if key in said:
            relationship = f"join {_told(join)}.relationship"
            builder.value(relationship, ("relationship",), join, said[key], before, within=("joins", index))
        elif base is None or before is not None:
            builder.gone(f"join {_told(join)}", "joins", index, join, before)
    for key, join in said.items():
        if key in written:
            continue
        if key in remembered and not builder.policy.overwrite:
            builder.tell(Kind.KEPT, f"join {_told(join)}", drift=False)
            continue
        builder.inserts.append(Insert(("joins",), None, join))
        builder.tell(Kind.ADDED, f"join {_told(join)}")


def _told(join: Entry) -> str:
    return f"{join.get('to')} on {join.get('on')}"


def _or(value: object, default: object) -> object:
    return default if value is None else value
