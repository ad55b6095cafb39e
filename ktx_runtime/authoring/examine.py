"""`python -I -m ktx_runtime.authoring.examine`: does the code that features name exist, and fit?

Features as JSON on stdin, findings as JSON on stdout. Runs in the environment that the features are installed in, in a
process of its own: it imports all that they name.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import os
import sys
from collections.abc import Iterator, Sequence

from packaging.utils import canonicalize_name
from pydantic import BaseModel, TypeAdapter

from ktx_runtime.api import DATABASE_DRIVERS, DoctorCheck, Feature, Operation, SmokeCheck, resolve_reference
from ktx_runtime.authoring.finding import Finding, failure
from ktx_runtime.registry.answers import declared_answers
from ktx_runtime.registry.faults import Fault, guarded

FEATURES = TypeAdapter(tuple[Feature, ...])
FINDINGS = TypeAdapter(tuple[Finding, ...])
_MOST = 50
"""How many findings are told: a thousand operations with one mistake say no more than fifty."""


def examine(features: Sequence[Feature], distribution: str) -> tuple[Finding, ...]:
    """Resolve everything that `features` name, and the drivers of `distribution`. Never raises for what those do."""
    found = [finding for feature in features for finding in _feature(feature)]
    found += _drivers(distribution)
    if len(found) > _MOST:
        found[_MOST:] = [failure(f"and {len(found) - _MOST} more of this kind", "mend the first ones, and look again")]
    return tuple(found)


def _feature(feature: Feature) -> Iterator[Finding]:
    for operation in feature.operations:
        yield from _operation(operation)
    for command in feature.commands:
        yield from _callable(f"command {command.name}", command.handler, takes=1)
        answers = guarded(lambda command=command: declared_answers(command))  # type: ignore[misc]
        if isinstance(answers, Fault):
            yield failure(
                f"answers of command {command.name} cannot be used: {command.answers}: {answers.reason}",
                'name a mapping of commands to tuples of pydantic models: {"acme list": (AcmeList,)}',
            )
    checks: tuple[SmokeCheck | DoctorCheck, ...] = (*feature.smoke_checks, *feature.doctor_checks)
    for check in checks:
        yield from _callable(f"check {check.name}", check.check, takes=0)


def _operation(operation: Operation) -> Iterator[Finding]:
    what = f"operation {operation.name}"
    yield from _callable(what, operation.handler, takes=2)
    if operation.spread is not None:
        yield from _callable(f"split of {what}", operation.spread.split, takes=2)
        yield from _callable(f"merge of {what}", operation.spread.merge, takes=1)
    for role, reference, mode in (
        ("request", operation.request, "validation"),
        ("response", operation.response, "serialization"),
    ):
        model = guarded(lambda reference=reference: resolve_reference(reference))  # type: ignore[misc]
        if isinstance(model, Fault):
            yield _absent(f"{role} of {what}", reference, model)
        elif not (isinstance(model, type) and issubclass(model, BaseModel)):
            yield failure(f"{role} of {what} is no pydantic model: {reference}", "name a subclass of BaseModel")
        else:
            schema = guarded(lambda model=model, mode=mode: model.model_json_schema(mode=mode))  # type: ignore[misc]
            if isinstance(schema, Fault):
                yield failure(
                    f"{role} of {what} has no JSON schema: {schema.reason}", "use types that JSON can hold in it"
                )


def _callable(what: str, reference: str, *, takes: int) -> Iterator[Finding]:
    found = guarded(lambda: resolve_reference(reference))
    if isinstance(found, Fault):
        yield _absent(what, reference, found)
    elif not callable(found):
        yield failure(f"{what} names what cannot be called: {reference}", "name a function")
    else:
        bound = guarded(lambda: inspect.signature(found).bind(*[None] * takes))
        if isinstance(bound, Fault) and not bound.reason.startswith("ValueError"):
            given = f"{takes} argument{'' if takes == 1 else 's'}"
            yield failure(f"{what} cannot be called with {given}: {reference}", f"let it take {given}")


def _absent(what: str, reference: str, fault: Fault) -> Finding:
    return failure(
        f"{what} names what cannot be imported: {reference}: {fault.reason}",
        "correct the name, or add what it imports to the feature's extras",
    )


def _drivers(distribution: str) -> Iterator[Finding]:
    for entry in importlib.metadata.entry_points(group=DATABASE_DRIVERS):
        if entry.dist is None or canonicalize_name(entry.dist.name) != distribution:
            continue
        driver = guarded(lambda entry=entry: entry.load()())  # type: ignore[misc]
        if isinstance(driver, Fault):
            yield failure(
                f"driver {entry.name} cannot be made: {entry.value}: {driver.reason}",
                "let the entry point name a class or function that needs no argument",
            )
            continue
        dialect = guarded(lambda driver=driver: driver.dialect)  # type: ignore[misc]
        if not isinstance(dialect, str) or not callable(getattr(driver, "open", None)):
            yield failure(
                f"driver {entry.name} has not what a driver has: {entry.value}",
                "give it a text `dialect` and a method `open`: see DatabaseDriver in ktx_runtime.api",
            )


def main(distribution: str) -> int:
    """The child: features on stdin, findings on what was stdout. What the plugin prints goes to stderr."""
    answer_to = os.dup(1)
    os.dup2(2, 1)
    findings = examine(FEATURES.validate_json(sys.stdin.buffer.read()), distribution)
    with os.fdopen(answer_to, "w", encoding="utf-8") as stream:
        # On a line of its own, whatever the plugin prints before and after.
        stream.write("\n" + FINDINGS.dump_json(findings).decode() + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
