"""What an install is made of, and whether the user agrees to it: settled before anything is touched."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from ktx_runtime.api import KtxError
from ktx_runtime.install.before import find_before
from ktx_runtime.install.carry_over import CarriedOver, ask_for_heavy, install_command, sort_by_weight
from ktx_runtime.install.consent import consent_questions, demand_consent, plugin_question
from ktx_runtime.install.declared import Declarations, find_declarations
from ktx_runtime.install.host import Host
from ktx_runtime.install.interpreter import base_interpreter
from ktx_runtime.install.plan import Plan, make_plan
from ktx_runtime.install.ready import Ask
from ktx_runtime.install.request import InstallRequest
from ktx_runtime.install.wheel import Wheel
from ktx_runtime.install.wheel_source import obtain_wheel
from ktx_runtime.state.manifest import Manifest, PythonInterpreter
from ktx_runtime.state.plugins import PluginsUnreadable, WantedPlugins, read_wanted_plugins
from ktx_runtime.state.readiness import Readiness


@dataclass(frozen=True, slots=True)
class Materials:
    """What does not change while we wait for the lock.

    `kept` are the features of the runtime so far, where that is of this version or is taken along, as `carried` says.
    """

    wheel: Wheel
    python: PythonInterpreter
    declarations: Declarations
    kept: tuple[str, ...] = ()
    carried: CarriedOver | None = None


def gather_materials(host: Host, manifest: Manifest | None, staging: Path) -> Materials:
    """Wheel, interpreter and declarations. Raises `KtxError` where one of them is not to be had."""
    wheel = obtain_wheel(host, manifest, staging=staging)
    before = find_before(manifest, host.paths)
    declarations = find_declarations(wheel, before.catalogue_file if before else None, host)
    return Materials(wheel, base_interpreter(host), declarations)


def agree_on(request: InstallRequest, materials: Materials, found: Readiness, *, host: Host, ask: Ask) -> Materials:
    """The materials, with what is kept of the runtime before. Raises `InputRequired` unless all else is agreed to."""
    before = find_before(found.manifest, host.paths)
    if before is None or not before.of_other_version:
        materials = replace(materials, kept=before.manifest.feature_names() if before else ())
        _settle_consent(request, plan_with(request, materials, found, host), found, host=host, ask=ask)
        return materials
    declared = materials.declarations.features
    asked_for = {entry.feature.name for entry in plan_with(request, materials, found, host).features}
    candidates = [
        name
        for name in before.manifest.feature_names()
        if name not in asked_for and _can_be_planned(name, request, materials, found, host)
    ]
    light, heavy = sort_by_weight(candidates, declared, there=asked_for)
    plan = plan_with(request, replace(materials, kept=light), found, host)
    _settle_consent(request, plan, found, host=host, ask=ask, agreed=light)
    more = ask_for_heavy(heavy, declared, answers=request.answers, explicit=request.explicit, ask=ask)
    left = tuple(name for name in before.manifest.feature_names() if name in heavy and name not in more)
    carried = CarriedOver(before.manifest.cli_version, (*light, *more), left)
    return replace(materials, kept=carried.taken, carried=carried)


def _can_be_planned(name: str, request: InstallRequest, materials: Materials, found: Readiness, host: Host) -> bool:
    """Whether a feature of the version before exists in this one: it must not stand in the way of an upgrade."""
    if name not in materials.declarations.features:
        return False
    try:
        plan = plan_with(request, replace(materials, kept=(name,)), found, host)
    except KtxError:
        return False
    return name in plan.feature_names


def plan_with(request: InstallRequest, materials: Materials, found: Readiness, host: Host) -> Plan:
    """The plan for `request`, with all that is there and all that is kept. Raises as `make_plan` does."""
    declared = materials.declarations.features
    leaving = {name for name, entry in declared.items() if entry.distribution == request.remove_plugin}
    # Somebody else may have installed while we waited.
    installed = dict.fromkeys([*(found.manifest.feature_names() if found.manifest else ()), *materials.kept])
    return make_plan(
        request.features,
        installed=[name for name in installed if name not in leaving],
        declared=declared,
        wheel=materials.wheel,
        python=materials.python,
        plugins=wanted_plugins(request, host).plugins,
        use_locks=request.options.use_locks,
    )


def wanted_plugins(request: InstallRequest, host: Host) -> WantedPlugins:
    """The plugins that are wanted once `request` is fulfilled."""
    wanted = listed_plugins(host)
    if request.add_plugin is not None:
        wanted = wanted.with_plugin(request.add_plugin)
    if request.remove_plugin is not None:
        wanted = wanted.without(request.remove_plugin)
    return wanted


def listed_plugins(host: Host) -> WantedPlugins:
    """The plugins that are wanted. Raises `KtxError` (`plugins-unreadable`)."""
    try:
        return read_wanted_plugins(host.paths.plugins_file)
    except PluginsUnreadable as error:
        raise KtxError(
            f"the list of wanted plugins is unusable: {error}",
            code="plugins-unreadable",
            hint="remove that file, and add the plugins again afterwards",
        ) from error


def _settle_consent(
    request: InstallRequest,
    plan: Plan,
    found: Readiness,
    *,
    host: Host,
    ask: Ask,
    agreed: Collection[str] = (),
) -> None:
    """Ask where a question is open. Raises `InputRequired` unless everything is agreed to."""
    there = set(found.manifest.feature_names()) if found.ready and found.manifest else set()
    wanted = [entry.feature for entry in plan.features if entry.feature.name not in there]
    changes_plugins = request.add_plugin is not None or request.remove_plugin is not None
    if not wanted and not changes_plugins:
        wanted = [entry.feature for entry in plan.features]
    questions = list(consent_questions(wanted, request.answers, agreed=agreed))
    if request.add_plugin is not None:
        questions.append(plugin_question(request.add_plugin.requirement, request.answers))
    for question in questions:
        demand_consent(question, ask=ask, retry=retry_command(request, plan, host))


def retry_command(request: InstallRequest, plan: Plan, host: Host) -> str:
    """The command that installs what `plan` has."""
    if request.add_plugin is not None:
        words = ["--editable"] if request.add_plugin.editable else []
        return host.command("runtime", "plugins", "add", *words, request.add_plugin.requirement, "--yes")
    named = [entry.feature for entry in plan.features if not entry.feature.default]
    return install_command((feature.name for feature in named), host)
