"""The one way in: a model goes in, everything that is wrong with it comes out."""

from collections.abc import Sequence

from semantic_layer.errors import Problem
from semantic_layer.expressions import dialect_name
from semantic_layer.validation.checks import CHECKS
from semantic_layer.validation.readable import read_model
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
    order = {name: position for position, name in enumerate(model.order)}

    def by_source(problem: Problem) -> int:
        return order.get(problem.where.source or "", len(order))

    unique = dict.fromkeys(sorted(found, key=by_source))
    return ValidationReport(tuple(Diagnostic.of(problem) for problem in unique))
