"""From requests to the semantic layer and back."""

from dataclasses import asdict

from ktx_core.semantic.wire import QueryRequest, QueryResponse, ValidateRequest, ValidateResponse
from ktx_runtime.api import OperationContext, OperationRefused
from semantic_layer import SemanticError, compile_query


def query(request: QueryRequest, context: OperationContext) -> QueryResponse:  # noqa: ARG001  (every handler takes it)
    """Compile one semantic query."""
    try:
        compiled = compile_query(request.sources, request.query, dialect=request.dialect)
    except SemanticError as error:
        raise refusal(error) from error
    return QueryResponse.model_validate(compiled.to_wire())


def validate(request: ValidateRequest, context: OperationContext) -> ValidateResponse:  # noqa: ARG001  (as above)
    """Say everything that is wrong with a model."""
    from semantic_layer.validation import validate_sources  # noqa: PLC0415 - queries, which must start fast, need none

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
