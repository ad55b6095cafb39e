"""What a scan does to the files of a model. Pure: what is there and what the database says go in, texts come out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ktx_core.scan.edits import Edit, Insert, Remove, Set
from ktx_core.scan.entries import Described, describe, reference_of
from ktx_core.scan.join_keys import join_key
from ktx_core.scan.memory import FILE as MEMORY
from ktx_core.scan.memory import memory_text
from ktx_core.scan.merge import Change, Kind, Policy, merge
from ktx_core.scan.names import Names, settle_names
from ktx_core.scan.shapes import Entry
from ktx_core.scan.shards import Model, as_scanned, parts_of_reference, shard_file
from ktx_core.scan.yaml_text import rewritten, written
from ktx_core.sl.source_files import file_name
from ktx_runtime.api import IntrospectedTable


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of the connection's directory, before and after; None where there is none."""

    file: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at: tables in `schemas`, and of them those that `named` accepts (None: all)."""

    schemas: Collection[str]
    named: Callable[[Sequence[str]], bool] | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know that is no change."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """`files` in the order in which they are written, the memory last. `tables` counts those that were looked at."""

    tables: int
    files: tuple[FileChange, ...]
    changes: tuple[Change, ...]
    notices: tuple[Notice, ...]

    @property
    def drifted(self) -> bool:
        """Whether the database is not as the shards have it, the user's own changes aside."""
        return any(change.drift for change in self.changes)


def plan_scan(
    tables: Sequence[IntrospectedTable],
    model: Model,
    memory: Mapping[str, Entry] | None,
    *,
    dialect: str,
    looked: Looked,
    policy: Policy,
) -> ScanPlan:
    """Decide what becomes of every file."""
    names = settle_names(tables, model, dialect)
    shown = [table for table in tables if reference_of(table) in names.settled]
    here = {names.settled[reference_of(table)] for table in shown}
    others = {name: as_scanned(shard.entry, dialect) for name, shard in model.shards.items() if name not in here}
    settled = {**{table.reference: name for name, table in others.items()}, **names.settled}
    new = here - model.shards.keys()
    described = describe(shown, dialect=dialect, names=settled, new=new, others=others.values())
    builder = _PlanBuilder(model, memory, policy, dialect)
    for name, entry in described.entries.items():
        builder.take(name, entry, described.measures.get(name, []), named=looked.named is not None)
    for name, shard in model.shards.items():
        if name not in here and _was_looked_at(
            parts_of_reference(str(shard.entry.get("table")), dialect), looked, tables
        ):
            builder.miss(name)
    return ScanPlan(
        tables=len(tables),
        files=builder.files(),
        changes=tuple(sorted(builder.changes, key=lambda change: change.table)),
        notices=(*_notices(described, names, builder.added), *builder.notices),
    )


def _was_looked_at(parts: tuple[str, ...], looked: Looked, tables: Sequence[IntrospectedTable]) -> bool:
    if looked.named is not None and not looked.named(parts):
        return False
    return len(parts) == 1 or parts[-2] in {*looked.schemas, *(table.db for table in tables)}


def _notices(described: Described, names: Names, added: Collection[str]) -> list[Notice]:
    notices = [Notice(warning.code, warning.message) for warning in described.warnings]
    notices += [
        Notice("described-by-hand", f"{reference} is described by hand, as the source {source}: it is left alone")
        for reference, source in names.own.items()
    ]
    guessed = [name for name in described.guessed if name in added]
    notices += [
        Notice(
            "grain-guessed",
            f"{name} has no primary key: its first column is taken for its grain; its overlay can correct `grain`",
        )
        for name in guessed
    ]
    return notices


class _PlanBuilder:
    """Takes the tables one after the other."""

    def __init__(self, model: Model, memory: Mapping[str, Entry] | None, policy: Policy, dialect: str) -> None:
        self.changes: list[Change] = []
        self.notices: list[Notice] = []
        self.added: set[str] = set()
        self._model = model
        self._known = memory is not None
        self._memory = dict(memory or {})
        self._policy = policy
        self._dialect = dialect
        self._edits: dict[str, list[Edit]] = defaultdict(list)
        self._new: list[FileChange] = []
        self._gone: dict[str, set[str]] = defaultdict(set)
        self._taken = {file.casefold().rpartition(".")[0] for file in model.files}

    def take(self, name: str, entry: Entry, measures: list[Entry], *, named: bool) -> None:
        """A table that the database has; `named`: the user asked for it by name."""
        base = self._memory.get(name)
        shard = self._model.shards.get(name)
        if shard is not None:
            merged = merge(
                name, mine=shard.entry, theirs=entry, base=base, policy=self._policy,
                key_of=lambda join: join_key(join, self._dialect),
            )  # fmt: skip
            self.changes.extend(merged.changes)
            self._edits[shard.file].extend(_below(edit, ("tables", name)) for edit in merged.edits)
            self._memory[name] = merged.memory
            return
        self._memory[name] = entry
        if base is not None and not named and not self._policy.overwrite:
            self.changes.append(Change(Kind.KEPT, name, "", drift=False))
            return
        self.changes.append(Change(Kind.ADDED, name, "", after=entry["table"]))
        self.added.add(name)
        file = shard_file(self._free(name, shard_file("")))
        self._new.append(FileChange(file, None, written({"tables": {name: entry}})))
        if measures and base is None and name not in self._model.overlays:
            file = f"{self._free(name, '.yaml')}.yaml"
            self._new.append(FileChange(file, None, written({"name": name, "measures": measures})))

    def miss(self, name: str) -> None:
        """A table that has a shard, and that the database does not have, or does not show."""
        shard = self._model.shards[name]
        if not self._policy.prune:
            self.changes.append(Change(Kind.VANISHED, name, "", before=shard.entry.get("table")))
            return
        self.changes.append(Change(Kind.REMOVED, name, "", before=shard.entry.get("table")))
        self._memory.pop(name, None)
        self._gone[shard.file].add(name)
        if name in self._model.overlays:
            message = f"{name} has an overlay, which now overlays nothing: remove it, or point it at another table"
            self.notices.append(Notice("overlay-of-nothing", message))

    def files(self) -> tuple[FileChange, ...]:
        """Every file that changes, the memory last."""
        changed = [*self._new]
        for file in sorted({*self._edits, *self._gone}):
            before = self._model.texts[file]
            tables = {name for name, shard in self._model.shards.items() if shard.file == file}
            gone = self._gone.get(file, set())
            edits = [*self._edits.get(file, ()), *(Remove(("tables", name)) for name in sorted(gone))]
            if tables <= gone:
                changed.append(FileChange(file, before, None))
            elif edits:
                changed.append(FileChange(file, before, rewritten(before, edits)))
        return (*changed, FileChange(MEMORY, None, memory_text(self._memory)))

    def _free(self, name: str, pattern: str) -> str:
        """A file name without its ending that is free where `pattern` lies."""
        folder = pattern.rpartition("/")[0]
        prefix = f"{folder}/" if folder else ""
        chosen = file_name(name, {taken.removeprefix(prefix) for taken in self._taken if taken.startswith(prefix)})
        self._taken.add(f"{prefix}{chosen}".casefold())
        return chosen


def _below(edit: Edit, place: tuple[str, ...]) -> Set | Remove | Insert:
    return replace(edit, place=(*place, *edit.place))
