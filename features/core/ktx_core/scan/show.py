"""Writes what a scan did to whoever called."""

from dataclasses import dataclass

from ktx_core.scan.memory import FILE as MEMORY
from ktx_core.scan.merge import Kind
from ktx_core.scan.plan import FileChange, ScanPlan
from ktx_core.scan.report import data, diff, lines, summary
from ktx_runtime.api import Invocation, plain_text, success_envelope

NAME = "scan"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`folder` is the model's, relative to the project; `errors` counts those of the whole model after the scan."""

    connection: str
    folder: str
    plan: ScanPlan
    files: tuple[FileChange, ...]
    wrote: bool
    errors: int | None

    @property
    def names(self) -> tuple[str, ...]:
        """The files that people read, relative to the project."""
        return tuple(f"{self.folder}/{change.file}" for change in self.files if change.file != MEMORY)


def show(outcome: Outcome, invocation: Invocation, *, as_json: bool, as_diff: bool) -> None:
    """Data or lines to stdout; what to know and to do next to stderr."""
    if as_json:
        invocation.stdout.write(success_envelope(NAME, _record(outcome, as_diff=as_diff)))
        return
    if as_diff:
        invocation.stdout.write(_plain_lines(diff(outcome.files, folder=outcome.folder)))
    else:
        invocation.stdout.write("".join(f"{line}\n" for line in lines(outcome.plan.changes)))
    for notice in outcome.plan.notices:
        invocation.stderr.write(f"warning: {plain_text(notice.message)}\n")
    invocation.stderr.write(f"{summary(outcome.plan, done=_done(outcome))}\n")
    if any(change.kind is Kind.VANISHED for change in outcome.plan.changes):
        again = f"{invocation.program} {NAME} {outcome.connection} --prune"
        invocation.stderr.write(f"hint: to take out what is gone: {again}\n")
    if outcome.errors:
        again = f"{invocation.program} sl validate --connection-id {outcome.connection}"
        count = "an error" if outcome.errors == 1 else f"{outcome.errors} errors"
        invocation.stderr.write(f"warning: the model has {count}; to see more: {again}\n")


def _record(outcome: Outcome, *, as_diff: bool) -> dict[str, object]:
    return {
        "connectionId": outcome.connection,
        "dryRun": not outcome.wrote,
        "drifted": outcome.plan.drifted,
        "tables": outcome.plan.tables,
        "changes": [data(change) for change in outcome.plan.changes],
        "written": outcome.names if outcome.wrote else (),
        "diff": diff(outcome.files, folder=outcome.folder) if as_diff else None,
        "warnings": [{"code": notice.code, "message": notice.message} for notice in outcome.plan.notices],
        "errors": outcome.errors,
    }


def _done(outcome: Outcome) -> str:
    if not outcome.wrote:
        return "nothing was written"
    files = len(outcome.names)
    return f"{files} {'file' if files == 1 else 'files'} written in {outcome.folder}" if files else "nothing to write"


def _plain_lines(text: str) -> str:
    """A diff, whatever a table's comment holds, safe on a terminal."""
    return "".join(f"{plain_text(line)}\n" for line in text.split("\n")[:-1])
