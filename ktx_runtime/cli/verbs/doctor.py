"""`ktx runtime doctor`: examine everything, and with `--fix` repair what can be repaired."""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.doctor import Check, Status, examine
from ktx_runtime.cli.verbs.install import add_install_arguments, ensure_from
from ktx_runtime.install.log import InstallLog


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeDoctor:
    """What was examined, and what was repaired before."""

    checks: tuple[Check, ...]
    repaired: tuple[str, ...]


ANSWERS = (RuntimeDoctor,)
MARKS = {Status.PASS: "ok  ", Status.WARN: "warn", Status.FAIL: "FAIL"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Repair, and what every verb that may install understands."""
    parser.add_argument("--fix", action="store_true", help="repair what can be repaired")
    parser.set_defaults(feature=[])
    add_install_arguments(parser)


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Examine; repair and examine again if asked to. The exit code is 1 if anything failed."""
    checks = _examine(call)
    repaired: list[str] = []
    if arguments.fix:
        repaired = _repair(checks, arguments, call)
        checks = _examine(call) if repaired else checks
    failed = any(check.status is Status.FAIL for check in checks)
    return Answer(
        data=RuntimeDoctor(checks=tuple(checks), repaired=tuple(repaired)),
        text="\n".join([*(f"repaired: {what}" for what in repaired), *_lines(checks)]),
        exit_code=1 if failed else 0,
    )


def _examine(call: Call) -> list[Check]:
    log = InstallLog(Path("doctor"), io.StringIO(), time.monotonic)
    return examine(call, log=log)


def _repair(checks: Sequence[Check], arguments: argparse.Namespace, call: Call) -> list[str]:
    """Mend what can be mended: a new generation for whatever is broken in this one, then away with the leftovers."""
    repaired = []
    if any(check.repairable and check.status is Status.FAIL for check in checks):
        ensure_from(arguments, call, rebuild=True)
        repaired.append("the runtime was built again")
    if any(check.repairable and check.status is Status.WARN for check in checks):
        from ktx_runtime.install.prune import prune  # noqa: PLC0415 - only where there is something to remove

        freed = sum(item.bytes for item in prune(call.host, everything=False, dry_run=False).removed)
        repaired.append(f"leftovers were removed, {freed / 1e6:.1f} MB")
    return repaired


def _lines(checks: Sequence[Check]) -> list[str]:
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        lines.append(f"{MARKS[check.status]}  {check.name.ljust(width)}  {check.detail}")
        if check.fix:
            lines.append(f"      {''.ljust(width)}  {check.fix}")
    return lines
