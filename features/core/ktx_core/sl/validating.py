"""`ktx sl validate`: everything that is wrong with a model, with the place in its files."""

from ktx_core.semantic.handlers import validate
from ktx_core.semantic.validation_wire import ValidateRequest
from ktx_core.sl.findings import Finding, findings_of
from ktx_core.sl.model import OpenModel, load_models
from ktx_core.sl.options import add_consent_options, add_json_option, add_project_options
from ktx_runtime.api import (
    CommandParser,
    Invocation,
    Namespace,
    OperationContext,
    plain_text,
    success_envelope,
)

_RED, _YELLOW, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[0m"


def run(invocation: Invocation) -> int:
    """Check one connection's model, or all. The exit code is 1 where there are errors."""
    parser = CommandParser(
        invocation,
        "sl validate",
        summary="check a model and say where it is off",
        description="Exits with 1 when there are errors, with --strict also when there are warnings.",
    )
    parser.add_argument("--strict", action="store_true", help="count warnings as errors")
    add_json_option(parser)
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_validate)
    return parser.dispatch()


def _validate(invocation: Invocation, options: Namespace) -> int:
    models = load_models(invocation, options)
    findings = [finding for model in models for finding in _findings(model, invocation)]
    errors = [finding for finding in findings if finding.severity == "error" or options.strict]
    if options.json:
        record = {"valid": not errors, "findings": [finding.record() for finding in findings]}
        invocation.stdout.write(success_envelope("sl validate", record))
    else:
        for finding in findings:
            invocation.stdout.write(_text(finding, color=invocation.terminal.color))
        invocation.stderr.write(_summary(models, findings) + "\n")
    return 1 if errors else 0


def _findings(model: OpenModel, invocation: Invocation) -> list[Finding]:
    request = ValidateRequest(sources=model.sources, dialect=model.dialect)
    context = OperationContext(invocation.mode, invocation.working_directory, dict(invocation.environment))
    return findings_of(model, validate(request, context).diagnostics)


def _text(finding: Finding, *, color: bool) -> str:
    style = _RED if finding.severity == "error" else _YELLOW
    severity = f"{style}{finding.severity}{_PLAIN}" if color else finding.severity
    where = f" ({finding.source}: {finding.path})" if finding.source and finding.path else ""
    lines = [f"{plain_text(finding.place)}: {severity}: {plain_text(finding.message + where)} [{finding.code}]"]
    if finding.hint:
        lines.append(f"  hint: {plain_text(finding.hint)}")
    return "\n".join(lines) + "\n"


def _summary(models: list[OpenModel], findings: list[Finding]) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    sources = sum(len(model.sources) for model in models)
    return (
        f"{_counted(errors, 'error')}, {_counted(len(findings) - errors, 'warning')} in {_counted(sources, 'source')}"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
