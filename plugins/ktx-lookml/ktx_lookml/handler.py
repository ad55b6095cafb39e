"""The handler of `lookml-parse`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ktx_lookml.dialects import KNOWN
from ktx_lookml.translate import translate
from ktx_runtime.api import OperationContext, OperationRefused

if TYPE_CHECKING:
    from ktx_lookml.wire import ParseRequest, ParseResponse


def parse(request: ParseRequest, context: OperationContext) -> ParseResponse:  # noqa: ARG001 - every handler takes it
    """Translate a project. Raises `OperationRefused` (`unsupported-dialect`); a broken file is a warning."""
    dialect = request.dialect.strip().lower()
    if dialect not in KNOWN:
        raise OperationRefused(
            f"unsupported SQL dialect {request.dialect[:40]!r}",
            code="unsupported-dialect",
            hint=f"one of: {', '.join(KNOWN)}",
        )
    known = KNOWN[dialect]
    # Asked for by its name only, sqlglot gives a dialect that another thread is loading before it is whole.
    import_module(f"sqlglot.dialects.{known}")
    return translate(request.files, request.constant_overrides or {}, known)
