"""What answers say of a daemon. Everything may be told but its token. Light: `status` imports this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonLogFiles:
    """Absolute paths of what the daemon prints."""

    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonDescription:
    """A daemon, as its record has it. `started_at` is ISO 8601 in UTC."""

    pid: int
    process_mark: str
    """What tells its process from a later one of the same pid."""
    instance_id: str
    host: str
    port: int
    version: str
    """The version of ktx that it was started by."""
    generation: str
    features: tuple[str, ...]
    started_at: str
    logs: DaemonLogFiles | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonState:
    """Whether the daemon of record can be used as it is."""

    state: Literal["running", "stale"]
    reason: str
    """A stable code, such as `suits` or `generation-differs`."""
    detail: str
    next: str | None
    """The command that puts it right, unless all is well."""
    record: DaemonDescription | None
    health: Mapping[str, Any] | None
    """What its `/health` said."""
