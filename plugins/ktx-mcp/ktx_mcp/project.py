"""What can be asked of a project, each as one call of a command of ktx's. Knows nothing of the protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ktx_mcp.answers import (
    CompiledQuery,
    Explanation,
    Hits,
    QueryRows,
    SourceDetail,
    SourceList,
    Validation,
)
from ktx_mcp.exact import exact
from ktx_mcp.wishes import Query
from ktx_runtime.api import Capabilities, Interruption

MOST_SOURCES = 200
MOST_BYTES = 256 * 1024
"""How long the rows of one answer may be, as JSON: beyond that an agent cannot read them anyway."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may bring back, and how long a database may take for it."""

    max_rows: int
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class ProjectTools:
    """Each method raises `KtxError` with the code and the hint of the command that it calls."""

    capabilities: Capabilities
    project: str | None
    limits: Limits

    def list_sources(self, interruption: Interruption, *, connection_id: str | None) -> SourceList:
        """All sources; of more than `MOST_SOURCES` the first."""
        answer = self._ask(interruption, "list", connection_id=connection_id)
        sources = answer["sources"]
        return SourceList(
            sources=sources[:MOST_SOURCES],
            problems=[_problem(found) for found in answer.get("problems", [])],
            truncated=len(sources) > MOST_SOURCES,
        )

    def search(self, interruption: Interruption, *, text: str, limit: int, connection_id: str | None) -> Hits:
        """Measures, dimensions, segments and sources by words."""
        words = [f"--limit={limit}"]
        return Hits.model_validate(
            self._ask(interruption, "search", *words, connection_id=connection_id, operands=(text,))
        )

    def read_source(self, interruption: Interruption, *, name: str, connection_id: str | None) -> SourceDetail:
        """One source, whole."""
        answer = self._ask(interruption, "read", connection_id=connection_id, operands=(name,))
        return SourceDetail.model_validate(exact(answer))

    def compile(self, interruption: Interruption, query: Query, *, connection_id: str | None) -> CompiledQuery:
        """The SQL of a query."""
        return CompiledQuery.model_validate(self._query(interruption, query, connection_id=connection_id))

    def explain(self, interruption: Interruption, query: Query, *, connection_id: str | None) -> Explanation:
        """What a query does, in words."""
        return Explanation.model_validate(self._query(interruption, query, "--explain", connection_id=connection_id))

    def run(
        self, interruption: Interruption, query: Query, *, connection_id: str | None, max_rows: int | None
    ) -> QueryRows:
        """The rows of a query: never more than the server allows, in rows and in bytes."""
        most = min(max_rows if max_rows is not None else self.limits.max_rows, self.limits.max_rows)
        words = ["--execute", f"--max-rows={most}", f"--timeout={self.limits.timeout_seconds:g}"]
        answer = self._query(interruption, query, *words, connection_id=connection_id)
        rows, cut = _bounded(exact(answer["rows"]))
        warnings = [_problem(warning) for warning in answer["warnings"]]
        if cut:
            message = (
                f"the answer is longer than {MOST_BYTES // 1024} KiB: {len(rows)} rows of {len(answer['rows'])} shown"
            )
            warnings.append(_problem({"code": "bytes-cut", "message": message}))
        return QueryRows.model_validate(
            {
                **answer,
                "rows": rows,
                "rowCount": len(rows),
                "truncated": cut or answer["truncated"],
                "warnings": warnings,
            }
        )

    def validate(self, interruption: Interruption, *, connection_id: str | None) -> Validation:
        """Everything that is wrong with the model."""
        answer = self._ask(interruption, "validate", connection_id=connection_id)
        return Validation(valid=answer["valid"], findings=[_problem(found) for found in answer["findings"]])

    def _query(
        self, interruption: Interruption, query: Query, *words: str, connection_id: str | None
    ) -> dict[str, Any]:
        # As a file on stdin: what an agent writes is data there, and never an option.
        text = json.dumps(query.model_dump(exclude_none=True))
        words = (*words, "--query-file=-")
        return self._ask(interruption, "query", *words, connection_id=connection_id, stdin=text)

    def _ask(
        self,
        interruption: Interruption,
        verb: str,
        *words: str,
        connection_id: str | None,
        operands: tuple[str, ...] = (),
        stdin: str = "",
    ) -> dict[str, Any]:
        options = [] if self.project is None else [f"--project-dir={self.project}"]
        options += [] if connection_id is None else [f"--connection-id={connection_id}"]
        json_option = "--format=json" if verb == "query" else "--json"
        called = ["sl", verb, json_option, *words, *options, *(("--", *operands) if operands else ())]
        outcome = self.capabilities.run_command(*called, stdin=stdin, interruption=interruption)
        return outcome.answer()


def _problem(found: dict[str, Any]) -> Any:  # noqa: ANN401 - what a model takes
    known = ("code", "message", "severity", "source", "place", "hint")
    return {key: found[key] for key in known if found.get(key) is not None}


def _bounded(rows: list[list[Any]]) -> tuple[list[list[Any]], bool]:
    """As many of `rows` as fit, and whether some did not."""
    length = 0
    for count, row in enumerate(rows):
        length += len(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass")) + 2
        if length > MOST_BYTES:
            return rows[:count], True
    return rows, False
