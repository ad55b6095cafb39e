"""The one way in: a model goes in, everything that is wrong with it comes out."""

from collections.abc import Sequence

from semantic_layer.errors import Problem
from semantic_layer.expressions import dialect_name
from semantic_layer.validation.checks import CHECKS
from semantic_layer.validation.codes import Severity, severity_of
from semantic_layer.validation.compiling import check_compiling
from semantic_layer.validation.readable import ReadableModel, read_model
from semantic_layer.validation.report import Diagnostic, ValidationReport


def validate_sources(
    sources: Sequence[object], *, dialect: str = "postgres", recently_touched: Sequence[str] | None = None
) -> ValidationReport:
    """Everything that is wrong with a model, each finding once.

    `recently_touched` names the sources whose missing joins are looked for; None means all of them. Raises
    SemanticError for a dialect that does not exist, and for nothing in the sources.
    """
    model, problems = read_model(sources, dialect=dialect_name(dialect), touched=recently_touched)
    found = [*problems, *(problem for check in CHECKS for problem in check(model))]
    found += check_compiling(model, _refuted(model, found))
    return ValidationReport(tuple(Diagnostic.of(problem) for problem in _in_order(model, _each_once(found))))


def _refuted(model: ReadableModel, found: list[Problem]) -> frozenset[tuple[str, str]]:
    """The measures with an error of their own."""
    paths = {
        (problem.where.source, (problem.where.field or "").partition("]")[0])
        for problem in found
        if severity_of(problem.code) is Severity.ERROR
    }
    return frozenset(
        (source.name, measure.name)
        for source in model.sources
        for position, measure in enumerate(source.measures)
        if (source.name, f"measures[{position}") in paths
    )


def _each_once(found: list[Problem]) -> list[Problem]:
    """Of several findings of one code about one text, those that know where in it; of those at one place, the first."""
    placed = {_about(problem) for problem in found if problem.where.line is not None}
    first: dict[object, Problem] = {}
    for problem in found:
        if problem.where.line is not None or _about(problem) not in placed:
            place = problem.message if problem.where.field is None else (problem.where.line, problem.where.column)
            first.setdefault((_about(problem), place), problem)
    return list(first.values())


def _about(problem: Problem) -> tuple[str, str | None, str | None]:
    return problem.code, problem.where.source, problem.where.field


def _in_order(model: ReadableModel, found: list[Problem]) -> list[Problem]:
    order = {name: position for position, name in enumerate(model.order)}
    return sorted(found, key=lambda problem: order.get(problem.where.source or "", len(order)))
