"""`ktx runtime why`: what was decided about the daemon lately, and why."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.daemon.managed import daemon_paths


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonDecision:
    """What was done, when (ISO 8601, UTC), and why: a stable code, and a line for people."""

    at: str
    action: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeWhy:
    """The last decisions, oldest first."""

    decisions: tuple[DaemonDecision, ...]


ANSWERS = (RuntimeWhy,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""
    del parser


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """The last decisions, oldest first."""
    from ktx_runtime.daemon.history import read_decisions  # noqa: PLC0415 - pydantic, only here

    del arguments
    decisions = read_decisions(daemon_paths(call.host.paths).history)
    lines = [f"{one.at}  {one.action:<9} {one.reason}: {one.detail}" for one in decisions]
    return Answer(
        data=RuntimeWhy(
            decisions=tuple(
                DaemonDecision(at=one.at, action=one.action, reason=one.reason, detail=one.detail) for one in decisions
            )
        ),
        text="\n".join(lines) or "nothing was decided about a daemon yet",
    )
