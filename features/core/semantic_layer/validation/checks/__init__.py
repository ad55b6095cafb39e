"""The checks. Each is a module with a function of its name that yields problems and changes nothing."""

from collections.abc import Callable, Iterable

from semantic_layer.errors import Problem
from semantic_layer.validation.checks.components import check_components
from semantic_layer.validation.checks.expressions import check_expressions
from semantic_layer.validation.checks.grain import check_grain
from semantic_layer.validation.checks.joins import check_joins
from semantic_layer.validation.checks.missing_joins import check_missing_joins
from semantic_layer.validation.checks.names import check_names
from semantic_layer.validation.checks.projection import check_projection
from semantic_layer.validation.checks.reach import check_reach
from semantic_layer.validation.checks.relationships import check_relationships
from semantic_layer.validation.checks.same_measures import check_same_measures
from semantic_layer.validation.checks.types import check_types
from semantic_layer.validation.readable import ReadableModel

CHECKS: tuple[Callable[[ReadableModel], Iterable[Problem]], ...] = (
    check_names,
    check_grain,
    check_projection,
    check_joins,
    check_relationships,
    check_expressions,
    check_reach,
    check_types,
    check_same_measures,
    check_missing_joins,
    check_components,
)
"""In the order in which their findings about one source are shown."""

__all__ = ["CHECKS"]
