"""What a check of a plugin found, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check came out. `skipped`: what it needs had failed before."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is off: `severity` is `warn` or `fail`, `reason` says what, `fix` what to do."""

    severity: Verdict
    reason: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check of a plugin: what it asks, how it came out, and why where that is not `pass`."""

    name: str
    question: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginReport:
    """All checks of one plugin, in the order made. `passed` says that nothing failed; warnings are allowed."""

    path: str
    distribution: str | None
    version: str | None
    passed: bool
    checks: tuple[CheckResult, ...]


def warning(reason: str, fix: str) -> Finding:
    """Something that users could trip over."""
    return Finding(severity=Verdict.WARN, reason=reason, fix=fix)


def failure(reason: str, fix: str) -> Finding:
    """Something that does not work."""
    return Finding(severity=Verdict.FAIL, reason=reason, fix=fix)


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """The worst of `findings`."""
    severities = {finding.severity for finding in findings}
    return next((verdict for verdict in (Verdict.FAIL, Verdict.WARN) if verdict in severities), Verdict.PASS)
