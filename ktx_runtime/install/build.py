"""Build one generation, at its final path, and prove that it works. Publishes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from ktx_runtime.api import InstallPlan, PluginFailed
from ktx_runtime.install.adjust import adjusted_shop, plan_for_plugins
from ktx_runtime.install.bytecode import package_places, reuse_bytecode
from ktx_runtime.install.compiling import compiling_ahead
from ktx_runtime.install.equip import brought_features, demand_plugin, equip_features, install_plugins
from ktx_runtime.install.failure import SmokeFailed
from ktx_runtime.install.plan import Declared, Plan
from ktx_runtime.install.prefetch import prefetch_features
from ktx_runtime.install.progress import Phase
from ktx_runtime.install.smoke import Checked, run_smoke_checks
from ktx_runtime.install.workshop import CONSTRAINTS_FILE, Workshop, demand, failed
from ktx_runtime.process import Finished, run_program
from ktx_runtime.registry import Catalogue, CatalogueFeature
from ktx_runtime.registry.collect import ADJUST_PLAN
from ktx_runtime.registry.description import Description
from ktx_runtime.registry.discovery import find_plugins
from ktx_runtime.state.manifest import AppliedAdjustment
from ktx_runtime.state.paths import environment_program
from ktx_runtime.state.replace import write_text

DESCRIBE = "ktx_runtime.registry.describe"
DESCRIBE_TIMEOUT_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Built:
    """A generation that works: its directory, its interpreter, what it declares, and how its features were checked.

    `absent_plugins` are distributions that were wanted and could not be installed, with the reason; `adjustments` what
    plugins have had changed.
    """

    directory: Path
    python: Path
    catalogue: Catalogue
    features: tuple[CatalogueFeature, ...]
    checks: tuple[Checked, ...]
    absent_plugins: Mapping[str, str]
    adjustments: tuple[AppliedAdjustment, ...]


def build_generation(plan: Plan, directory: Path, shop: Workshop, *, own: Catalogue, python_version: str) -> Built:
    """Build `plan` in `directory`, which must not exist. Raises `KtxError`; what was built so far is then left.

    `own` is what the plan's wheel declares. Everything that plugins may have changed comes after they were asked.
    """
    directory.mkdir(parents=True)
    environment = directory / "venv"
    python = environment_program(environment, "python", platform=shop.host.platform)
    shop.tell(Phase.ENVIRONMENT, "making the environment", 0.05)
    made = shop.uv.make_environment(environment, python=shop.host.base_python, on_line=shop.log.write)
    demand(made, f"could not make an environment from {shop.host.base_python}", shop)
    _demand_there(python.exists(), made, "made an environment, and there is none", shop)
    _install_pinned(plan, directory, python, shop)
    _reuse_bytecode(environment, shop)
    absent = install_plugins(plan.plugins, directory, python, shop)
    shop.tell(Phase.DESCRIBE, "reading what the features declare", 0.5)
    asked = plan_for_plugins(plan, shop.host, python_version=python_version)
    described = _description(environment, python, shop, own, asked)
    catalogue = described.catalogue
    demand_plugin(catalogue, shop)
    shop = adjusted_shop(described.adjustments, directory, shop)
    _install_resolved(plan, directory, python, shop)
    features = (*_planned(plan.features, catalogue, shop), *brought_features(plan, catalogue, shop))
    features = equip_features(features, directory, python, shop)
    with compiling_ahead(plan.extras, environment, python=python, host=shop.host):
        if plan.plugins or plan.resolved:
            _reuse_bytecode(environment, shop)
        features = prefetch_features(features, python, shop)
        shop.tell(Phase.CHECK, f"checking {', '.join(entry.feature.name for entry in features)}", 0.8)
        checks = run_smoke_checks([entry.feature for entry in features], python=python, host=shop.host, log=shop.log)
    _judge(features, checks, shop)
    return Built(directory, python, catalogue, features, checks, absent, shop.adjustments)


def _install_pinned(plan: Plan, directory: Path, python: Path, shop: Workshop) -> None:
    shop.tell(Phase.PACKAGES, f"installing {', '.join(plan.feature_names)}", 0.1)
    requirements = directory / "requirements.txt"
    constraints = directory / CONSTRAINTS_FILE
    write_text(requirements, plan.requirements_text())
    write_text(constraints, plan.constraints_text())

    exact = shop.uv.install_exactly(requirements, python=python, on_line=shop.on_uv_line)
    demand(exact, "could not install the packages", shop)
    if not plan.pins:
        # Without a lock: what asking the plugins takes.
        _resolve([plan.wheel.requirement()], directory, python, shop)
    ours = any((place / "ktx_runtime").is_dir() for place in package_places(directory / "venv"))
    _demand_there(ours, exact, "installed the packages, and they are not there", shop)


def _demand_there(there: bool, done: Finished, claim: str, shop: Workshop) -> None:  # noqa: FBT001 - what is demanded
    """What stands in for uv may end well and have done nothing."""
    if not there:
        raise failed(f"uv says that it {claim}: {shop.uv.program.executable}", done.lines, shop)


def _reuse_bytecode(environment: Path, shop: Workshop) -> None:
    count = reuse_bytecode(environment, shop.compiled_before)
    shop.log.write(f"{count} compiled files were used again")


def _install_resolved(plan: Plan, directory: Path, python: Path, shop: Workshop) -> None:
    if plan.resolved:
        shop.tell(Phase.PACKAGES, "resolving the rest", 0.6)
        _resolve(plan.resolved, directory, python, shop)


def _resolve(requirements: Sequence[str], directory: Path, python: Path, shop: Workshop) -> None:
    constraints = directory / CONSTRAINTS_FILE
    done = shop.uv.install_resolved(requirements, constraints=constraints, python=python, on_line=shop.on_uv_line)
    demand(done, "could not install the packages", shop)


def _description(environment: Path, python: Path, shop: Workshop, own: Catalogue, plan: InstallPlan) -> Description:
    """What the new environment says. Where only our own wheel says anything, that is known already."""
    strangers = any(not found.is_ours for found in find_plugins(map(str, package_places(environment))))
    if not strangers and not any(ADJUST_PLAN in row.live_hooks for row in own.plugins):
        shop.log.write("no plugin but ours: what the wheel declares is known")
        return Description(catalogue=own)
    return _describe(python, shop, plan)


def _describe(python: Path, shop: Workshop, plan: InstallPlan) -> Description:
    done = run_program(
        [str(python), "-I", "-m", DESCRIBE, plan.model_dump_json()],
        environment=shop.host.clean_environment(),
        directory=shop.host.paths.root,
        timeout_seconds=DESCRIBE_TIMEOUT_SECONDS,
        on_line=lambda line: None,  # noqa: ARG005 - one long line of JSON
    )
    demand(done, "the new environment could not say what it declares", shop)
    try:
        return Description.model_validate_json(done.lines[-1])
    except (IndexError, ValidationError) as error:
        shop.log.write(str(error))
        raise failed("the new environment declares what cannot be read", done.lines, shop) from error


def _planned(planned: Sequence[Declared], catalogue: Catalogue, shop: Workshop) -> tuple[CatalogueFeature, ...]:
    found = []
    for declared in planned:
        entry = catalogue.feature(declared.feature.name)
        if entry is not None:
            found.append(entry)
            continue
        reason = _why_absent(declared, catalogue)
        if declared.feature.name in shop.asked:
            raise PluginFailed(
                f"the feature {declared.feature.name} of {declared.distribution} is broken: {reason}",
                code="feature-broken",
                hint=f"nothing was changed; mend or remove {declared.distribution}, then run: {shop.retry}",
                details={"log": str(shop.log.file)},
            )
        shop.log.write(f"left out {declared.feature.name} of {declared.distribution}: {reason}")
    return tuple(found)


def _why_absent(declared: Declared, catalogue: Catalogue) -> str:
    rows = [row for row in catalogue.plugins if row.plugin.distribution == declared.distribution and row.reason]
    return "; ".join(str(row.reason) for row in rows) or "nothing declares it any longer"


def _judge(features: Sequence[CatalogueFeature], checks: Sequence[Checked], shop: Workshop) -> None:
    for entry, checked in zip(features, checks, strict=True):
        failure = checked.failure
        if failure is not None and shop.is_asked(entry):
            reason = failure.detail or "it failed"
            raise SmokeFailed(checked.feature, failure.name, reason, log=shop.log.file, retry=shop.retry)
