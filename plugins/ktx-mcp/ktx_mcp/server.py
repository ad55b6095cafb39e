"""The server: each tool and resource of the protocol is one question to the project."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

import anyio
import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.types import CallToolResult, Resource, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

from ktx_mcp import answers
from ktx_mcp.flat import takes_query
from ktx_mcp.project import ProjectTools
from ktx_mcp.wishes import ConnectionId, Query
from ktx_runtime.api import Interruption, KtxError

AT_ONCE = 8
"""How many calls run at once; more wait."""

INSTRUCTIONS = """\
ktx answers questions about measures (such as revenue) by dimensions (such as month or country) from the user's own
database, with one right number for each. Look for names with search_sources or list_sources, read a source for its
details, then run_query. Name things as `source.measure` and `source.column`. Prefer declared measures: their
provenance is `verified`. If a query is refused, its message says how to ask instead. Everything is read-only."""

_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

T = TypeVar("T", bound=BaseModel)


def make_server(project: ProjectTools) -> MCPServer:
    """A server with all tools and resources, for any transport."""
    server = _Server(project)
    for tool in (
        server.list_sources,
        server.search_sources,
        server.read_source,
        server.compile_query,
        server.explain_query,
        server.run_query,
        server.validate_model,
    ):
        server.add_tool(tool, annotations=_READS)
    server.resource(
        "ktx://source/{connection_id}/{name}",
        name="source",
        title="A source",
        description="A source of the semantic layer, with its columns, measures, segments and joins.",
        mime_type="application/json",
    )(server.source)
    return server


class _Server(MCPServer):
    """The tools are methods; what they are told to clients is their signature and their docstring."""

    def __init__(self, project: ProjectTools) -> None:
        super().__init__(
            name="ktx",
            title="ktx",
            instructions=INSTRUCTIONS,
            log_level="WARNING",
        )
        self._project = project
        self._places = anyio.CapacityLimiter(AT_ONCE)

    async def list_sources(self, connection_id: ConnectionId = None) -> Annotated[CallToolResult, answers.SourceList]:
        """List the sources of the semantic layer, with the names of their measures, dimensions, segments and joins."""
        return await self._tool(self._project.list_sources, connection_id=connection_id)

    async def search_sources(
        self,
        text: Annotated[str, Field(min_length=1, description="Words to look for, such as: revenue by country")],
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
        connection_id: ConnectionId = None,
    ) -> Annotated[CallToolResult, answers.Hits]:
        """Find measures, dimensions, segments and sources by words, the best first."""
        return await self._tool(self._project.search, text=text, limit=limit, connection_id=connection_id)

    async def read_source(
        self, name: Annotated[str, Field(min_length=1)], connection_id: ConnectionId = None
    ) -> Annotated[CallToolResult, answers.SourceDetail]:
        """Show one source whole: columns with their types, measures with their expressions, segments, joins."""
        return await self._tool(self._project.read_source, name=name, connection_id=connection_id)

    @takes_query
    async def compile_query(
        self, query: Query, *, connection_id: ConnectionId = None
    ) -> Annotated[CallToolResult, answers.CompiledQuery]:
        """Compile a query of measures by dimensions to SQL. Nothing is run."""
        return await self._tool(self._project.compile, query, connection_id=connection_id)

    @takes_query
    async def explain_query(
        self, query: Query, *, connection_id: ConnectionId = None
    ) -> Annotated[CallToolResult, answers.Explanation]:
        """Say in words what a query would do: what is aggregated where, by which joins, and why no row counts twice."""
        return await self._tool(self._project.explain, query, connection_id=connection_id)

    @takes_query
    async def run_query(
        self,
        query: Query,
        *,
        max_rows: Annotated[int | None, Field(ge=1, description="Fetch at most so many rows.")] = None,
        connection_id: ConnectionId = None,
    ) -> Annotated[CallToolResult, answers.QueryRows]:
        """Run a query of measures by dimensions on the database, which is only read, and return its rows."""
        return await self._tool(self._project.run, query, connection_id=connection_id, max_rows=max_rows)

    async def validate_model(self, connection_id: ConnectionId = None) -> Annotated[CallToolResult, answers.Validation]:
        """Check the semantic layer and say everything that is wrong with it, with the place in its files."""
        return await self._tool(self._project.validate, connection_id=connection_id)

    async def source(self, connection_id: str, name: str) -> str:
        """A source as a resource."""
        with _as_resource_errors():
            found = await self._ask(self._project.read_source, name=name, connection_id=connection_id)
        return _text(found)

    async def list_resources(self) -> list[Resource]:
        """Every source is a resource; none where there is no project."""
        try:
            found = await self._ask(self._project.list_sources, connection_id=None)
        except KtxError:
            return []
        return [
            Resource(
                uri=f"ktx://source/{quote(source.connection_id, safe='')}/{quote(source.name, safe='')}",
                name=f"{source.connection_id}/{source.name}",
                description=source.description,
                mime_type="application/json",
            )
            for source in found.sources
        ]

    async def _tool(self, question: Callable[..., T], *given: object, **named: object) -> CallToolResult:
        try:
            answer = await self._ask(question, *given, **named)
        except KtxError as error:
            return _failure(error)
        structured: dict[str, Any] = answer.model_dump(mode="json", by_alias=True)
        return CallToolResult(content=[TextContent(type="text", text=_text(answer))], structured_content=structured)

    async def _ask(self, question: Callable[..., T], *given: object, **named: object) -> T:
        """`question` in a thread. When nobody waits for the answer any more, what it runs is interrupted."""
        interruption = Interruption()

        def ask() -> T:
            try:
                return question(interruption, *given, **named)
            except KeyboardInterrupt:
                raise KtxError("interrupted", code="interrupted") from None

        try:
            return await anyio.to_thread.run_sync(ask, abandon_on_cancel=True, limiter=self._places)
        except anyio.get_cancelled_exc_class():
            interruption.interrupt()
            raise


def _text(answer: BaseModel) -> str:
    """The same for clients that read no structured content."""
    return json.dumps(answer.model_dump(mode="json", by_alias=True, exclude_none=True), ensure_ascii=False)


def _failure(error: KtxError) -> CallToolResult:
    """What an agent reads, and what a program does."""
    told = {"code": error.code, "message": error.message, "hint": error.hint, **_details(error)}
    lines = [f"{error.message} [{error.code}]", *([f"hint: {error.hint}"] if error.hint else [])]
    content = [TextContent(type="text", text="\n".join(lines))]
    return CallToolResult(content=content, structured_content={"error": told}, is_error=True)


def _details(error: KtxError) -> dict[str, object]:
    return {"details": error.details} if error.details else {}


@contextmanager
def _as_resource_errors() -> Iterator[None]:
    try:
        yield
    except KtxError as error:
        kind = ResourceNotFoundError if error.code in {"source-unknown", "connection-unknown"} else ResourceError
        raise kind(error.message if error.hint is None else f"{error.message}; {error.hint}") from None
