"""Request and response of `semantic-validate`, with the names and defaults of the wire contract.

Apart from those of `semantic-query`, which has to start fast: each model costs half a millisecond to define.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ValidateRequest(BaseModel):
    """`semantic-validate`. Other keys are ignored, as the contract says."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sources: tuple[object, ...]
    dialect: str = "postgres"
    recently_touched: tuple[str, ...] | None = None


class Diagnostic(BaseModel):
    """One finding. `line` and `column` count from 1 inside the text at `path`."""

    model_config = ConfigDict(frozen=True)

    severity: Literal["error", "warning"]
    code: str
    source: str | None
    path: str | None
    message: str
    hint: str | None
    line: int | None = None
    column: int | None = None


class ValidateResponse(BaseModel):
    """Every finding; `valid` when none of them is an error."""

    model_config = ConfigDict(frozen=True)

    valid: bool
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    per_source_warnings: dict[str, tuple[str, ...]]
    diagnostics: tuple[Diagnostic, ...]
