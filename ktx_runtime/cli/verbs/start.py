"""`ktx runtime start`: a daemon that suits, the one that runs or a new one."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.daemon import described, waiting
from ktx_runtime.cli.daemon_answer import DaemonDescription
from ktx_runtime.cli.verbs.install import add_feature_argument, add_install_arguments, ensure_from
from ktx_runtime.daemon.managed import IDLE_SECONDS, daemon_paths, daemon_program, is_current, timestamp, wanted_daemon


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeStart:
    """The daemon that runs."""

    daemon: DaemonDescription
    reused: bool
    """Whether it ran already."""
    reason: str
    """Why it suits, or why another had to be started: a stable code."""


ANSWERS = (RuntimeStart,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Features, as for an install; how long it stays without work."""
    add_feature_argument(parser)
    add_install_arguments(parser)
    parser.add_argument(
        "--idle-timeout",
        type=_positive,
        default=IDLE_SECONDS,
        metavar="SECONDS",
        help=f"leave after so long without a request (default: {IDLE_SECONDS:g})",
    )


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Make the runtime ready, as `install` does, and the daemon run."""
    from ktx_runtime.daemon.supervisor import ensure_daemon  # noqa: PLC0415 - pydantic and http.client, only here

    manifest = ensure_from(arguments, call).manifest
    paths = call.host.paths
    running = ensure_daemon(
        daemon_paths(paths),
        daemon_program(manifest, paths, idle_seconds=arguments.idle_timeout),
        wanted_daemon(manifest, frozenset(arguments.feature)),
        environment=call.host.clean_environment(),
        now=timestamp,
        on_wait=waiting(call),
        is_current=lambda: is_current(manifest, paths),
    )
    record = running.record
    how = "runs already" if running.reused else f"started ({running.judgement.reason})"
    return Answer(
        data=RuntimeStart(daemon=described(record), reused=running.reused, reason=running.judgement.reason.value),
        text=f"daemon {how}: process {record.pid}, http://{record.host}:{record.port}",
    )


def _positive(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"a number of seconds above 0 is wanted: {text}")
    return seconds
