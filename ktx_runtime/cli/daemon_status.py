"""What `ktx runtime status` says of the daemon. Looks and asks `/health`; starts and stops nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.daemon_answer import DaemonState
from ktx_runtime.state.manifest import Manifest


@dataclass(frozen=True, slots=True)
class DaemonStatus:
    """The state, for programs, and a line for people."""

    state: DaemonState
    line: str
    features: tuple[str, ...] = ()
    """What features say of themselves there: name, state and detail, a line each."""


def daemon_status(call: Call, manifest: Manifest | None) -> DaemonStatus | None:
    """How the daemon of this version is; None when there is none, nor a record of one."""
    paths = call.host.paths
    if not paths.daemon_file.exists():
        return None
    from ktx_runtime.cli.daemon import described  # noqa: PLC0415 - only with a daemon
    from ktx_runtime.daemon.judgement import Reason, Wanted  # noqa: PLC0415
    from ktx_runtime.daemon.managed import daemon_paths, wanted_daemon  # noqa: PLC0415
    from ktx_runtime.daemon.supervisor import look  # noqa: PLC0415

    features = frozenset(manifest.feature_names()) if manifest else frozenset[str]()
    wanted = wanted_daemon(manifest, features) if manifest else Wanted(paths.cli_version, "", features)
    found = look(daemon_paths(paths), wanted)
    record, judgement = found.record, found.judgement
    if judgement.reason is Reason.RECORD_NOT_YOURS:
        state = DaemonState(
            state="stale",
            reason=judgement.reason.value,
            detail=judgement.detail,
            next=None,
            record=None,
            health=None,
        )
        return DaemonStatus(state, f"{judgement.detail} ({judgement.reason})")
    command = None if judgement.suits else call.host.command("runtime", "stop")
    state = DaemonState(
        state="running" if judgement.suits else "stale",
        reason=judgement.reason.value,
        detail=judgement.detail,
        next=command,
        record=described(record) if record else None,
        health=found.health,
    )
    if record is None or not judgement.suits:
        return DaemonStatus(state, f"stale: {judgement.detail} ({judgement.reason}); {command}")
    line = f"process {record.pid}, http://{record.host}:{record.port}, since {record.started_at}"
    return DaemonStatus(state, line, tuple(_feature_lines(found.health or {})))


def _feature_lines(health: Mapping[str, Any]) -> Iterator[str]:
    from ktx_runtime.api import plain_text  # noqa: PLC0415 - only with a daemon

    for row in health.get("featureHealth") or ():
        detail = row.get("detail")
        yield f"{row['feature']}: {row['state']}{f', {plain_text(detail)}' if detail else ''}"
