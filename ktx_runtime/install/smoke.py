"""Smoke checks: does a feature work in the environment that was just built? Each in a process of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.api import DoctorCheck, Feature, SmokeCheck
from ktx_runtime.install.host import Host
from ktx_runtime.install.log import InstallLog
from ktx_runtime.process import run_program
from ktx_runtime.state.manifest import SmokeResult

RUNNER = "ktx_runtime.smoke"
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """The results of one feature's checks."""

    feature: str
    results: tuple[SmokeResult, ...]

    @property
    def failure(self) -> SmokeResult | None:
        """The first that failed."""
        return next((result for result in self.results if result.status == "failed"), None)


def run_smoke_checks(features: Sequence[Feature], *, python: Path, host: Host, log: InstallLog) -> tuple[Checked, ...]:
    """Run all checks of `features` with the interpreter `python`, a few at once; results in the order declared."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [
            (feature.name, [pool.submit(run_check, check, python, host, log) for check in feature.smoke_checks])
            for feature in features
        ]
        return tuple(Checked(name, tuple(future.result() for future in futures)) for name, futures in running)


def run_check(check: SmokeCheck | DoctorCheck, python: Path, host: Host, log: InstallLog) -> SmokeResult:
    """Run one check with the interpreter `python`, in a process of its own."""
    started = time.monotonic()
    log.write(f"check {check.name}: {check.check}")
    done = run_program(
        [str(python), "-I", "-m", RUNNER, check.check],
        environment=host.clean_environment(),
        directory=host.paths.root,
        timeout_seconds=check.timeout_seconds,
        on_line=lambda line: log.write(f"  {check.name}: {line}"),
    )
    seconds = round(time.monotonic() - started, 3)
    if done.timed_out:
        detail: str | None = f"no answer within {check.timeout_seconds:g} s"
    elif not done.succeeded:
        detail = _reason(done.lines) or f"its process {done.how()}"
    else:
        detail = None
    log.write(f"check {check.name}: {detail or 'passed'}")
    return SmokeResult(name=check.name, status="failed" if detail else "passed", detail=detail, seconds=seconds)


def _reason(lines: Sequence[str]) -> str | None:
    """The reason in the runner's last line; what the check itself printed comes before it."""
    try:
        answer = json.loads(lines[-1])
        return str(answer["reason"])
    except (IndexError, ValueError, KeyError, TypeError):
        return lines[-1].strip() if lines else None
