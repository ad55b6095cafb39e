"""What is wrong with a model: the loader's problems and the validation's diagnostics, each with its place in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ktx_core.sl.model import OpenModel

if TYPE_CHECKING:
    from ktx_core.semantic.validation_wire import Diagnostic


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `severity` is error or warning; `file` is relative to the project; lines and columns start at 1."""

    severity: str
    code: str
    message: str
    hint: str | None
    source: str | None
    path: str | None
    file: str | None
    line: int | None
    column: int | None

    @property
    def place(self) -> str:
        """`file:line:column`, as far as it is known; a source where no file is."""
        parts = [str(part) for part in (self.file, self.line, self.column) if part is not None]
        return ":".join(parts) or (f"source {self.source}" if self.source else "the model")

    def record(self) -> dict[str, object]:
        """The finding in JSON."""
        return {
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "source": self.source,
            "path": self.path,
            "file": self.file,
            "line": self.line,
            "column": self.column,
        }


def findings_of(model: OpenModel, diagnostics: Iterable[Diagnostic]) -> list[Finding]:
    """Everything that was found, in the order of the files."""
    found = [_of_problem(model, index) for index in range(len(model.problems))]
    found.extend(_of_diagnostic(model, diagnostic) for diagnostic in diagnostics)
    return sorted(found, key=lambda finding: (finding.file or "", finding.line or 0, finding.column or 0))


def place_of(model: OpenModel, where: Mapping[str, object]) -> str | None:
    """`file:line:column` of a refusal's `where` (its `source`, `field`, `line`, `column`); None outside the model."""
    source = where.get("source")
    if not isinstance(source, str):
        return None
    field, line, column = where.get("field"), where.get("line"), where.get("column")
    position = model.loaded.locate(
        source,
        field if isinstance(field, str) else None,
        line=line if isinstance(line, int) else None,
        column=column if isinstance(column, int) else None,
    )
    return str(_directory(model) / str(position)) if position else None


def _directory(model: OpenModel) -> PurePosixPath:
    relative = model.project.model_directory(model.entry.id).relative_to(model.project.directory)
    return PurePosixPath(relative.as_posix())


def _of_problem(model: OpenModel, index: int) -> Finding:
    problem = model.problems[index]
    return Finding(
        severity="error",
        code=problem.code,
        message=problem.message,
        hint=problem.hint,
        source=None,
        path=None,
        file=str(_directory(model) / problem.file),
        line=problem.line,
        column=problem.column,
    )


def _of_diagnostic(model: OpenModel, diagnostic: Diagnostic) -> Finding:
    position = None
    if diagnostic.source is not None:
        position = model.loaded.locate(
            diagnostic.source, diagnostic.path, line=diagnostic.line, column=diagnostic.column
        )
    return Finding(
        severity=diagnostic.severity,
        code=diagnostic.code,
        message=diagnostic.message,
        hint=diagnostic.hint,
        source=diagnostic.source,
        path=diagnostic.path,
        file=str(_directory(model) / position.file) if position else None,
        line=position.line if position else None,
        column=position.column if position else None,
    )
