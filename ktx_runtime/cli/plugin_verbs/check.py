"""`ktx plugin check`: what a plugin promises, step by step."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from ktx_runtime.api import plain_text
from ktx_runtime.authoring.check import check_plugin
from ktx_runtime.authoring.finding import CheckResult, PluginReport
from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.install.uv import PackageSource

ANSWERS = (PluginReport,)
TIMEOUT_SECONDS = 300.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to check, and where packages come from."""
    parser.epilog = (
        "The plugin is built and installed in a temporary environment, which is removed again; this downloads what it "
        "needs and runs its code, as an install would. Nothing is written into PATH, nor into your runtime."
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a plugin's directory, or its wheel")
    parser.add_argument("--offline", action="store_true", help="use no network")
    parser.add_argument("--wheelhouse", type=Path, metavar="DIR", help="take all packages from this directory")
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=TIMEOUT_SECONDS,
        metavar="SECONDS",
        help=f"how long each of its processes may take (default: {TIMEOUT_SECONDS:g})",
    )


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Check; the exit code is 1 where something fails."""
    wheelhouse = arguments.wheelhouse.absolute() if arguments.wheelhouse else None

    def say(text: str) -> None:
        if call.stderr.isatty():
            call.stderr.write(f"\r\x1b[K{text}")
            call.stderr.flush()

    report = check_plugin(
        arguments.path.absolute(),
        host=call.host,
        source=PackageSource(offline=arguments.offline, wheelhouse=wheelhouse),
        timeout_seconds=arguments.timeout,
        say=say,
    )
    say("")
    return Answer(report, _text(report, arguments.path), exit_code=0 if report.passed else 1)


def _text(report: PluginReport, path: Path) -> str:
    head = f"{report.distribution} {report.version}" if report.version else report.distribution or "no plugin"
    counted = Counter(check.verdict.value for check in report.checks)
    lines = [f"{head} ({path})", *(line for check in report.checks for line in _lines(check))]
    lines.append(", ".join(f"{number} {verdict}" for verdict, number in counted.items()))
    return "\n".join(lines)


def _lines(check: CheckResult) -> list[str]:
    lines = [f"  {check.verdict.value:<7}  {check.name:<12}  {check.question}"]
    for finding in check.findings:
        lines += [
            f"           {finding.severity.value}: {plain_text(finding.reason)}",
            f"             fix: {plain_text(finding.fix)}",
        ]
    return lines


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise ValueError(text)
    return seconds
