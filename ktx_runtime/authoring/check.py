"""Check a plugin: does it hold what plugins promise? Step by step, as far as the steps before allow."""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from ktx_runtime.api import DATABASE_DRIVERS, Feature, KtxError
from ktx_runtime.authoring.additions import added_by
from ktx_runtime.authoring.bench import Bench, open_bench
from ktx_runtime.authoring.examine import FEATURES, FINDINGS
from ktx_runtime.authoring.finding import (
    CheckResult,
    Finding,
    PluginReport,
    Verdict,
    failure,
    verdict_of,
    warning,
)
from ktx_runtime.authoring.project import copy_project, look_at
from ktx_runtime.authoring.weigh import Weight
from ktx_runtime.authoring.wheel import PluginWheel, read_plugin_wheel, wheel_findings
from ktx_runtime.install.host import Host
from ktx_runtime.install.smoke import run_check
from ktx_runtime.install.uv import PackageSource
from ktx_runtime.process import Finished
from ktx_runtime.registry import Catalogue, CataloguePlugin, PluginState
from ktx_runtime.registry.discovery import OUR_DISTRIBUTION

WEIGH = "ktx_runtime.authoring.weigh"
EXAMINE = "ktx_runtime.authoring.examine"
HEAVY_SECONDS = 0.5
"""Processor time that importing a declaration may take: it is paid at each install, once for every question."""

_NAMES = "names"
_MOST_LINES = 3


@dataclass(slots=True)
class _Findings:
    """What the steps so far have found out of the plugin."""

    path: Path
    bench: Bench
    distribution: str | None = None
    wheel: PluginWheel | None = None
    catalogue: Catalogue | None = None
    features: tuple[Feature, ...] = ()
    rows: tuple[CataloguePlugin, ...] = ()
    version: str | None = field(default=None)


_Step = Callable[[_Findings], Iterable[Finding]]


def check_plugin(
    path: Path,
    *,
    host: Host,
    source: PackageSource,
    timeout_seconds: float,
    say: Callable[[str], None] = lambda text: None,  # noqa: ARG005 - nobody listens
) -> PluginReport:
    """Check the plugin at `path`, a project's directory or a wheel; nothing there is changed.

    It is built and installed in a temporary environment, which downloads what it needs and runs its code, as an
    install would. Raises `KtxError` only where checking is not possible at all, for want of uv or a Python.
    """
    with open_bench(host, source=source, timeout_seconds=timeout_seconds, say=say) as bench:
        found = _Findings(path, bench)
        checks = tuple(_run_all(found, say))
    return PluginReport(
        path=str(path),
        distribution=found.distribution,
        version=found.version,
        passed=all(check.verdict in {Verdict.PASS, Verdict.WARN} for check in checks),
        checks=checks,
    )


def _run_all(found: _Findings, say: Callable[[str], None]) -> Iterable[CheckResult]:
    stopped = False
    for name, question, step in STEPS:
        if stopped:
            yield CheckResult(name=name, question=question, verdict=Verdict.SKIPPED)
            continue
        say(question)
        began = time.monotonic()
        findings = tuple(step(found))
        verdict = verdict_of(findings)
        seconds = round(time.monotonic() - began, 3)
        yield CheckResult(name=name, question=question, verdict=verdict, findings=findings, seconds=seconds)
        stopped = verdict is Verdict.FAIL and (name in _NEEDED or (name == _NAMES and _is_refused(found)))


def _is_a_plugin(found: _Findings) -> Iterable[Finding]:
    found.distribution, findings = look_at(found.path)
    return findings


def _builds(found: _Findings) -> Iterable[Finding]:
    wheel = found.path
    if found.path.is_dir():
        project = found.bench.directory / "project"
        try:
            copy_project(found.path, project)
        except OSError as error:
            yield failure(f"the project cannot be read: {error}", "make all its files readable")
            return
        done = found.bench.build(project)
        built = sorted(found.bench.wheels.glob("*.whl"))
        if not done.succeeded or not built:
            yield failure(_said("its wheel cannot be built", done), "run: uv build, and mend what it says")
            return
        wheel = built[0]
    try:
        found.wheel = read_plugin_wheel(wheel)
    except ValueError as error:
        yield failure(f"the wheel cannot be read: {error}", "build it with a build tool")
        return
    found.distribution, found.version = found.wheel.distribution, found.wheel.version
    yield from wheel_findings(found.wheel, own=read_plugin_wheel(found.bench.wheel.path))


def _installs(found: _Findings) -> Iterable[Finding]:
    made = found.bench.make_environment()
    if not made.succeeded:
        yield failure(_said("no environment could be made", made), "run: ktx runtime doctor")
        return
    assert found.wheel is not None  # noqa: S101 - the step before was needed
    done = found.bench.install([found.wheel.requirement()])
    if not done.succeeded:
        yield failure(
            _said("it cannot be installed beside ktx", done), "ask for less, or for versions that agree with ktx's"
        )


def _declares(found: _Findings) -> Iterable[Finding]:
    catalogue = found.bench.describe()
    if isinstance(catalogue, str):
        yield failure(catalogue, "import nothing but ktx_runtime.api where features are declared")
        return
    found.catalogue = catalogue
    found.rows = tuple(row for row in catalogue.plugins if row.plugin.distribution == found.distribution)
    for row in found.rows:
        if row.state is PluginState.BROKEN:
            yield failure(f"{row.plugin.name} cannot be asked: {row.reason}", _fix_of(row.reason or ""))
        elif row.state is PluginState.API_MISMATCH:
            yield failure(f"{row.plugin.name}: {row.reason}", "write it for that API, and set ktx_api_version to it")
    assert found.distribution is not None  # noqa: S101 - the step before was needed
    found.features = added_by(found.distribution, catalogue, own=found.bench.declarations.own)
    understood = any(row.state is PluginState.OK for row in found.rows)
    if understood and not found.features and not any(row.live_hooks for row in found.rows):
        yield warning("it declares nothing at all", "implement ktx_features, or another hook")


def _fix_of(reason: str) -> str:
    if reason.startswith(("ModuleNotFoundError", "ImportError")):
        return "import it inside the function that needs it, not where features are declared"
    if "did not answer" in reason:
        return "declare, and do nothing else: no network, no files, no waiting"
    return "make its module import, and its hooks return records of ktx_runtime.api"


def _is_light(found: _Findings) -> Iterable[Finding]:
    for row in found.rows:
        if row.target is None:
            continue
        answer = found.bench.ask(WEIGH, row.target)
        if isinstance(answer, str):
            yield failure(f"importing {row.target}: {answer}", "declare, and do nothing else")
            continue
        yield from _weight_findings(row.target, Weight.model_validate(answer))


def _weight_findings(target: str, weight: Weight) -> Iterable[Finding]:
    """What importing a declaration should not do."""
    came_along = f": {', '.join(weight.distributions)} came along" if weight.distributions else ""
    where = "import it inside the functions that need it; name code as text where features are declared"
    if weight.fault is not None:
        yield failure(f"importing {target}: {weight.fault}", "make it import")
    elif weight.seconds > HEAVY_SECONDS:
        yield failure(f"importing {target} takes {weight.seconds:.1f} s{came_along}", where)
    elif weight.distributions:
        yield warning(f"importing {target} is not light{came_along}", where)
    if weight.printed:
        yield warning(f"importing {target} prints", "print nothing where features are declared")


def _asks_for_what_there_is(found: _Findings) -> Iterable[Finding]:
    assert found.wheel is not None  # noqa: S101 - as above
    assert found.catalogue is not None  # noqa: S101 - as above
    known = {entry.feature.name: entry.feature for entry in found.catalogue.features}
    for feature in found.features:
        for extra in feature.extras:
            if canonicalize_name(extra) not in found.wheel.extras:
                yield failure(
                    f"feature {feature.name} names an extra that {found.distribution} has not: {extra}",
                    f"add it under [project.optional-dependencies], or take it out; there is: "
                    f"{', '.join(sorted(found.wheel.extras)) or 'none'}",
                )
        for text in feature.requirements:
            try:
                Requirement(text)
            except InvalidRequirement:
                yield failure(f"feature {feature.name} requires what is no requirement: {text}", "write it as PEP 508")
        try:
            SpecifierSet(feature.requires_python or "")
        except InvalidSpecifier:
            yield failure(
                f"feature {feature.name} runs on Pythons that nobody can read: {feature.requires_python}",
                "write it like: >=3.12",
            )
        for required in feature.requires:
            if required not in known:
                yield failure(
                    f"feature {feature.name} requires a feature that nobody declares: {required}",
                    f"known are: {', '.join(sorted(known))}",
                )


def _takes_free_names(found: _Findings) -> Iterable[Finding]:
    for row in found.rows:
        if row.state is PluginState.CONFLICT:
            is_circle = "require each other" in str(row.reason)
            rename = "choose a name of your own, such as one that begins with the plugin's"
            yield failure(str(row.reason), "let one of them require nothing of the others" if is_circle else rename)
    assert found.wheel is not None  # noqa: S101 - as above
    for driver in found.wheel.drivers & _own_drivers():
        yield failure(f"the driver {driver} is ktx's own", "name the driver after what it connects to")


def _is_refused(found: _Findings) -> bool:
    """Nothing of it counts, for the names that it takes: nothing is left to look at."""
    return not found.features and any(row.state is PluginState.CONFLICT for row in found.rows)


def _own_drivers() -> frozenset[str]:
    points = importlib.metadata.distribution(OUR_DISTRIBUTION).entry_points
    return frozenset(entry.name for entry in points if entry.group == DATABASE_DRIVERS)


def _is_equipped(found: _Findings) -> Iterable[Finding]:
    assert found.wheel is not None  # noqa: S101 - as above
    ours = {entry.feature.name for entry in found.bench.declarations.own.features}
    required = sorted({name for feature in found.features for name in feature.requires} & ours)
    needs = [text for feature in found.features for text in feature.requirements]
    extras = sorted({extra for feature in found.features for extra in feature.extras})
    if extras:
        needs.append(found.wheel.requirement(extras))
    try:
        done = found.bench.add_features(required) if required else None
    except KtxError as error:
        yield failure(error.message, error.hint or "require less")
        return
    if (done is None or done.succeeded) and needs:
        done = found.bench.install(needs)
    if done is not None and not done.succeeded:
        yield failure(_said("what its features need cannot be installed", done), "ask for what an index has")


def _names_what_exists(found: _Findings) -> Iterable[Finding]:
    assert found.distribution is not None  # noqa: S101 - as above
    request = FEATURES.dump_json(found.features).decode()
    answer = found.bench.ask(EXAMINE, found.distribution, stdin=request)
    if isinstance(answer, str):
        return [failure(f"importing what its features name: {answer}", "let imports do nothing but define")]
    return FINDINGS.validate_python(answer)


def _works(found: _Findings) -> Iterable[Finding]:
    bench = found.bench
    for feature in found.features:
        if not feature.smoke_checks:
            yield warning(
                f"feature {feature.name} has no smoke check", "add one: it tells a broken install from a working one"
            )
        absent = _not_fetched(feature, found)
        if absent and feature.smoke_checks:
            yield warning(
                f"the smoke checks of {feature.name} were not run: what an install fetches for it is not fetched here",
                f"name a directory with the files in {' and '.join(absent)}, and check again",
            )
            continue
        for check in feature.smoke_checks:
            result = run_check(check, bench.python, bench.host, bench.log)
            if result.detail is not None:
                yield failure(f"{feature.name}: {check.name}: {result.detail}", f"mend what {check.check} tells")


def _not_fetched(feature: Feature, found: _Findings) -> list[str]:
    """The variables that would name what the feature fetches, itself or by what it requires, and do not."""
    assert found.catalogue is not None  # noqa: S101 - as above
    known = {entry.feature.name: entry.feature for entry in found.catalogue.features}
    wanted, ways = {feature.name: feature}, [feature]
    while ways:
        for name in ways.pop().requires:
            if name in known and name not in wanted:
                wanted[name] = known[name]
                ways.append(known[name])
    environment = found.bench.host.environment
    fetched = [prefetch for one in wanted.values() for prefetch in one.prefetch]
    return sorted({one.path_variable for one in fetched if one.given_directory(environment) is None})


STEPS: tuple[tuple[str, str, _Step], ...] = (
    ("project", "is it a plugin's project?", _is_a_plugin),
    ("wheel", "can its wheel be built, and is all in it?", _builds),
    ("install", "can it be installed beside ktx?", _installs),
    ("declaration", "can it be asked what it declares?", _declares),
    ("light", "is its declaration imported quickly, alone, and in silence?", _is_light),
    ("requirements", "is there all that its features ask for?", _asks_for_what_there_is),
    (_NAMES, "are its names free?", _takes_free_names),
    ("needs", "can what its features need be installed?", _is_equipped),
    ("references", "does the code exist that its features name, and fit?", _names_what_exists),
    ("smoke", "do its smoke checks pass?", _works),
)
"""Name, question and code of each check, in their order."""

_NEEDED = frozenset({"project", "wheel", "install", "declaration", "needs"})
"""Checks without which none that follows makes sense."""


def _said(what: str, done: Finished) -> str:
    lines = [line.strip() for line in done.lines if line.strip() and not line.startswith("$ ")]
    last: Sequence[str] = lines[-_MOST_LINES:]
    return f"{what}: it {done.how()}" + (f": {' / '.join(last)}" if last else "")
