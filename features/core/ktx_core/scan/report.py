"""What a scan tells: lines for people, data for programs."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator

from ktx_core.scan.memory import FILE as MEMORY
from ktx_core.scan.merge import Change, Kind
from ktx_core.scan.plan import FileChange, ScanPlan
from ktx_runtime.api import plain_text

_WORDS = {
    Kind.ADDED: "added",
    Kind.CHANGED: "changed",
    Kind.VANISHED: "vanished",
    Kind.REMOVED: "removed",
    Kind.KEPT: "kept yours",
}


def told(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes to show: a user's own is worth a line only where the database moved away from it."""
    return (change for change in changes if change.drift)


def lines(changes: Iterable[Change]) -> Iterator[str]:
    """A line a change."""
    for change in told(changes):
        place = f"{change.table}.{change.part}" if change.part else change.table
        detail = _detail(change)
        yield plain_text(f"{_WORDS[change.kind]:<10} {place}{f'  {detail}' if detail else ''}").replace("\n", " ")


def _detail(change: Change) -> str:
    match change.kind:
        case Kind.CHANGED:
            return f"{_value(change.before)} -> {_value(change.after)}"
        case Kind.KEPT:
            return f"{_value(change.before)}, where the database says {_value(change.after)}"
        case Kind.ADDED:
            return "" if change.after in (None, change.table) else str(change.after)
        case _:
            return ""


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else str(value)


def summary(plan: ScanPlan, *, done: str) -> str:
    """One line: how many tables, and what happened to them."""
    counts = Counter(change.kind for change in told(plan.changes))
    own = sum(not change.drift for change in plan.changes)
    parts = [f"{counts[kind]} {_WORDS[kind]}" for kind in Kind if counts[kind]]
    happened = ", ".join(parts) or "no difference"
    kept = f"; {own} of your changes kept" if own else ""
    tables = "1 table" if plan.tables == 1 else f"{plan.tables:,} tables"
    return f"{tables}: {happened}{kept}; {done}"


def diff(files: Iterable[FileChange], *, folder: str) -> str:
    """The files' changes as a unified diff; the scan's own memory is not for reading."""
    pieces: list[str] = []
    for change in files:
        if change.file == MEMORY:
            continue
        name = f"{folder}/{change.file}"
        pieces += difflib.unified_diff(
            (change.before or "").splitlines(keepends=True),
            (change.after or "").splitlines(keepends=True),
            fromfile="/dev/null" if change.before is None else f"a/{name}",
            tofile="/dev/null" if change.after is None else f"b/{name}",
        )
    return "".join(piece if piece.endswith("\n") else f"{piece}\n" for piece in pieces)


def data(change: Change) -> dict[str, object]:
    """A change in JSON."""
    return {
        "kind": change.kind.value,
        "table": change.table,
        "part": change.part or None,
        "before": change.before,
        "after": change.after,
        "drift": change.drift,
    }
