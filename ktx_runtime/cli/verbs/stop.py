"""`ktx runtime stop`: end the daemon; with `--all` those of other versions too."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.daemon import waiting
from ktx_runtime.daemon.managed import daemon_paths, timestamp
from ktx_runtime.state.paths import RuntimePaths


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeStop:
    """The daemons that were ended: version of ktx to what ended it (`request`, `term` or `kill`)."""

    stopped: Mapping[str, str]


ANSWERS = (RuntimeStop,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--all`."""
    parser.add_argument("--all", action="store_true", help="also the daemons of other versions under the same root")


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """End what runs. Only processes that our own records name are touched, and only while they are the same ones."""
    from ktx_runtime.daemon.stop import How  # noqa: PLC0415 - pydantic and http.client, only here
    from ktx_runtime.daemon.supervisor import stop_running  # noqa: PLC0415

    ended: dict[str, str] = {}
    for version in _versions(call.host.paths, everything=arguments.all):
        paths = RuntimePaths(call.host.paths.root, version)
        how = stop_running(daemon_paths(paths), now=timestamp, on_wait=waiting(call))
        if how is not How.WAS_GONE:
            ended[version] = how.value
    lines = [f"daemon of ktx {version} stopped (by {how})" for version, how in ended.items()]
    return Answer(data=RuntimeStop(stopped=ended), text="\n".join(lines) or "no daemon runs")


def _versions(paths: RuntimePaths, *, everything: bool) -> list[str]:
    if not everything:
        return [paths.cli_version]
    try:
        return sorted(file.parent.name for file in Path(paths.root).glob("*/daemon.json"))
    except OSError:
        return []
