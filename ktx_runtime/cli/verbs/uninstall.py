"""`ktx runtime uninstall`: remove everything that is ours, and nothing else."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.daemon.managed import daemon_paths, timestamp
from ktx_runtime.state.paths import RuntimePaths


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeUninstall:
    """How much went, and what stayed because it is not ours."""

    root: str
    freed_bytes: int
    foreign: tuple[str, ...]


ANSWERS = (RuntimeUninstall,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Consent."""
    parser.add_argument("--yes", action="store_true", help="remove without asking")
    parser.add_argument("--no-input", action="store_true", help="never ask; end with 4 where an answer is needed")


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Ask, stop the daemons, remove."""
    from ktx_runtime.api.errors import InputRequired  # noqa: PLC0415 - heavy, and this verb does not hurry
    from ktx_runtime.daemon.supervisor import stop_running  # noqa: PLC0415
    from ktx_runtime.install.inventory import take_inventory  # noqa: PLC0415
    from ktx_runtime.install.uninstall import uninstall  # noqa: PLC0415

    root = call.host.paths.root
    if not arguments.yes:
        may_ask = call.interactive and not arguments.no_input
        if not (
            may_ask and call.ask(f"This removes ktx's runtime, all versions of it: {root}", "Remove it now? [y/N] ")
        ):
            raise InputRequired(
                f"nothing was removed: {root}",
                code="consent-required",
                hint=f"run: {call.host.command('runtime', 'uninstall', '--yes')}",
            )
    for version in take_inventory(call.host.paths).versions:
        stop_running(daemon_paths(RuntimePaths(root, version.name)), now=timestamp)
    done = uninstall(call.host)
    lines = [f"removed {done.freed_bytes / 1e6:.1f} MB: {root}"]
    lines += [f"left, as it is not ours: {path}" for path in done.foreign]
    return Answer(
        data=RuntimeUninstall(root=str(root), freed_bytes=done.freed_bytes, foreign=tuple(map(str, done.foreign))),
        text="\n".join(lines),
    )
