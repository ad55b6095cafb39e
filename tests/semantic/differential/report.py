"""A failing case as text: enough to run it again by hand."""

from __future__ import annotations

from pathlib import Path

from generation import Case

from differential.compare import Failure


def report(case: Case, failure: Failure, *, seed: int, engine: str, directory: Path) -> str:
    """Write the case to a file of its own, and return what to print."""
    path = directory / f"seed-{seed}-{engine}.json"
    path.write_text(case.dump())
    tables = "\n".join(
        f"{one.name} ({', '.join(column.name for column in one.columns)}): "
        + "; ".join(str(tuple(map(str, row))) for row in one.rows)
        for one in case.world.tables
    )
    sources = "\n".join(str(source) for source in case.world.sources)
    return (
        f"\nseed {seed} on {engine}: {failure.kind}\n{failure.text}\n"
        f"query: {case.query}\nsources:\n{sources}\ntables:\n{tables}\nSQL:\n{failure.sql}\n(the case: {path})"
    )
