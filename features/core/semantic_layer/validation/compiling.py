"""The last check: measures with nothing against them so far are given to the compiler itself."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from sqlglot import exp

from semantic_layer.compile import compile_indexed
from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.expressions import SELF, Expression
from semantic_layer.model import Source
from semantic_layer.resolve.formula import Formula
from semantic_layer.resolve.measures import declared_formula
from semantic_layer.validation.readable import ReadableModel

_PLAIN = (exp.Sum, exp.Count, exp.Avg, exp.Min, exp.Max)

_DEFECT_OF_OURS = "unproven-plan"
"""The compiler did not trust its own SQL: nothing that the model's author could change."""

Measure = tuple[str, str]
"""Source and name."""


def check_compiling(model: ReadableModel, refuted: Collection[Measure]) -> Iterator[Problem]:
    """What only the compiler knows: a table's name that is none, a construct that the dialect lacks.

    `refuted` are the measures that findings were made about. Of the plain measures of a source, one is compiled: the
    others cannot differ.
    """
    if model.unread:
        return  # a path may lead through a source that could not be read
    for source in model.sources:
        seen_plain = False
        for position, measure in enumerate(source.measures):
            formula = _formula(model, (source.name, measure.name), refuted)
            if formula is None or (seen_plain and _is_plain(formula, source)):
                continue
            seen_plain = seen_plain or _is_plain(formula, source)
            try:
                compile_indexed(model.index, {"measures": [f"{source.name}.{measure.name}"]})
            except SemanticError as error:
                if error.code != _DEFECT_OF_OURS:
                    yield _placed(error.problem, source, position)


def _formula(model: ReadableModel, measure: Measure, refuted: Collection[Measure]) -> Formula | None:
    """The formula of a measure, None when it or a measure that it is made of is refuted."""
    if measure in refuted:
        return None
    try:
        formula = declared_formula(model.index, measure)
    except SemanticError:
        return None
    for name in formula.depends_on:
        for cut in range(len(name)):
            role, other = name[:cut], name[cut + 1 :]
            known = name[cut] == "." and role in model.index.roles
            if known and _formula(model, (model.index.roles[role], other), refuted) is None:
                return None
    return formula


def _is_plain(formula: Formula, source: Source) -> bool:
    """Whether all that is aggregated and filtered is the source's own, and in the ways that every engine has."""
    return all(
        leaf.home == source.name
        and isinstance(leaf.aggregate.tree, _PLAIN)
        and all(map(_is_own, (leaf.aggregate, *leaf.filters)))
        for leaf in formula.leaves
    )


def _is_own(part: Expression) -> bool:
    return set(part.roles) <= {SELF} and part.tree.find(exp.Query) is None


def _placed(problem: Problem, source: Source, position: int) -> Problem:
    """A refusal that names no place in the model is about the measure that was asked for."""
    where = problem.where
    if where.source is not None:
        return problem
    return replace(problem, where=Where(source.name, f"measures[{position}].expr"))
