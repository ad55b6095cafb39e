"""`ktx runtime why`: what was decided about the daemon lately, and why."""

from __future__ import annotations

import argparse

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.daemon import daemon_paths


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
        data={"decisions": [one.model_dump(mode="json") for one in decisions]},
        text="\n".join(lines) or "nothing was decided about a daemon yet",
    )
