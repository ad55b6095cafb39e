"""From requests to the semantic layer and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ktx_core.semantic.wire import QueryRequest, QueryResponse
from ktx_runtime.api import Mode, OperationContext, OperationRefused
from semantic_layer import Model, SemanticError, compile_query

if TYPE_CHECKING:
    from ktx_core.semantic.validation_wire import ValidateRequest, ValidateResponse


def query(request: QueryRequest, context: OperationContext) -> QueryResponse:
    """Compile one semantic query. A daemon may meet the same sources again; who answers once keeps nothing of them."""
    try:
        sources = Model(request.sources) if context.mode is Mode.ONE_SHOT else request.sources
        compiled = compile_query(sources, request.query, dialect=request.dialect)
    except SemanticError as error:
        raise refusal(error) from error
    return QueryResponse.model_validate(compiled.to_wire())


def validate(request: ValidateRequest, context: OperationContext) -> ValidateResponse:  # noqa: ARG001 - each takes it
    """Say everything that is wrong with a model."""
    from ktx_core.semantic.validation_wire import ValidateResponse  # noqa: PLC0415 - queries, which must start fast,
    from semantic_layer.validation import validate_sources  # noqa: PLC0415 - need neither

    try:
        report = validate_sources(request.sources, dialect=request.dialect, recently_touched=request.recently_touched)
    except SemanticError as error:
        raise refusal(error) from error
    return ValidateResponse.model_validate(report.to_wire())


def refusal(error: SemanticError) -> OperationRefused:
    """The semantic layer's no, as an operation says it: the message alone still tells where and what is near."""
    problem = error.problem
    where = {key: value for key, value in asdict(problem.where).items() if value is not None}
    return OperationRefused(
        str(problem),
        code=problem.code,
        hint=problem.hint,
        details={"where": where, "near": list(problem.near)},
    )
