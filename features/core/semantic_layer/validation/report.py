"""What validation says, in the shape of the wire contract."""

from semantic_layer.errors import Problem
from semantic_layer.frozen import frozen
from semantic_layer.validation.codes import Severity, severity_of


@frozen
class Diagnostic:
    """One finding. `path` leads into the source (`measures[2].expr`), `line` and `column` into the text there."""

    severity: Severity
    code: str
    message: str
    source: str | None = None
    path: str | None = None
    hint: str | None = None
    line: int | None = None
    column: int | None = None

    @classmethod
    def of(cls, problem: Problem) -> "Diagnostic":
        """The diagnostic for a problem; what is near becomes part of the hint."""
        near = f"did you mean {' or '.join(problem.near)}?" if problem.near else None
        hint = "; ".join(part for part in (near, problem.hint) if part) or None
        where = problem.where
        return cls(
            severity=severity_of(problem.code),
            code=problem.code,
            message=problem.message,
            source=where.source,
            path=where.field,
            hint=hint,
            line=where.line,
            column=where.column,
        )

    def __str__(self) -> str:
        place = ".".join(part for part in (self.source, self.path) if part)
        if self.line is not None:
            place = f"{place}:{self.line}:{self.column}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} ({self.hint})" if self.hint else text

    def to_wire(self) -> dict[str, object]:
        """As `semantic-validate` answers; a place in the text only where there is one."""
        wire: dict[str, object] = {
            "severity": self.severity.value,
            "code": self.code,
            "source": self.source,
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
        }
        if self.line is not None:
            wire |= {"line": self.line, "column": self.column}
        return wire


@frozen
class ValidationReport:
    """Every finding, in the order of the sources."""

    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self.diagnostics if found.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self.diagnostics if found.severity is Severity.WARNING)

    @property
    def valid(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    def to_wire(self) -> dict[str, object]:
        """The response of `semantic-validate`, key by key."""
        by_source: dict[str, list[str]] = {}
        for warning in self.warnings:
            if warning.source is not None:
                by_source.setdefault(warning.source, []).append(str(warning))
        return {
            "valid": self.valid,
            "errors": [str(error) for error in self.errors],
            "warnings": [str(warning) for warning in self.warnings],
            "per_source_warnings": by_source,
            "diagnostics": [found.to_wire() for found in self.diagnostics],
        }
