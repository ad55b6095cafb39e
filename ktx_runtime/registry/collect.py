"""From found plugins to a catalogue, whichever way they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ktx_runtime.api import Feature, InstallPlan, PlanAdjustment
from ktx_runtime.registry.adjusting import objection, with_brought_features
from ktx_runtime.registry.ask import ask_additions, ask_adjustments, ask_features
from ktx_runtime.registry.catalogue import Catalogue, CataloguePlugin, PluginState
from ktx_runtime.registry.declaration import Addition, Declaration
from ktx_runtime.registry.description import Description, PluginAdjustment
from ktx_runtime.registry.discovery import FoundPlugin, find_plugins, is_blocked
from ktx_runtime.registry.faults import Fault
from ktx_runtime.registry.merge import merge

ADJUST_PLAN = "ktx_adjust_plan"


@dataclass(frozen=True, slots=True)
class Interview:
    """How a plugin is asked: in this process unless other ways are given."""

    features: Callable[[FoundPlugin], Declaration | Fault] = ask_features
    additions: Callable[[FoundPlugin, Sequence[Feature]], tuple[Addition, ...] | Fault] = ask_additions
    adjustments: Callable[[FoundPlugin, InstallPlan], tuple[PlanAdjustment, ...] | Fault] = ask_adjustments


@dataclass(slots=True)
class _Collector:
    """The plugins that said everything so far, and the rows of those that will say no more."""

    interview: Interview
    heard: list[tuple[FoundPlugin, Declaration]] = field(default_factory=list)
    refused: list[CataloguePlugin] = field(default_factory=list)

    def ask_features(self, plugins: Iterable[FoundPlugin], environment: Mapping[str, str]) -> None:
        for found in plugins:
            if is_blocked(found, environment):
                reason = "blocked by KTX_RUNTIME_NO_PLUGINS"
                self.refused.append(CataloguePlugin(plugin=found.identity, state=PluginState.BLOCKED, reason=reason))
                continue
            declared = self.interview.features(found)
            if isinstance(declared, Fault):
                self._refuse(found, declared)
            else:
                self.heard.append((found, declared.model_copy(update={"drivers": found.drivers})))

    def ask_additions(self) -> None:
        known = [feature for _, declaration in self.heard for feature in declaration.features]
        heard, self.heard = self.heard, []
        for found, declaration in heard:
            additions = self.interview.additions(found, known)
            if isinstance(additions, Fault):
                self._refuse(found, additions)
            else:
                self.heard.append((found, declaration.model_copy(update={"additions": additions})))

    def ask_adjustments(self, plan: InstallPlan) -> list[PluginAdjustment]:
        plan = with_brought_features(plan, [declaration for _, declaration in self.heard])
        heard, self.heard = self.heard, []
        wanted = []
        for found, declaration in heard:
            said = self._adjustments(found, declaration, plan)
            if isinstance(said, Fault):
                self._refuse(found, said)
            else:
                self.heard.append((found, declaration))
                wanted += [PluginAdjustment(plugin=found.identity, adjustment=adjustment) for adjustment in said]
        return wanted

    def _adjustments(
        self, found: FoundPlugin, declaration: Declaration, plan: InstallPlan
    ) -> tuple[PlanAdjustment, ...] | Fault:
        if ADJUST_PLAN not in declaration.live_hooks:
            return ()
        said = self.interview.adjustments(found, plan)
        if isinstance(said, Fault):
            return said
        objections = [problem for adjustment in said if (problem := objection(adjustment, plan))]
        return Fault(objections[0]) if objections else said

    def _refuse(self, found: FoundPlugin, fault: Fault) -> None:
        self.refused.append(CataloguePlugin(plugin=found.identity, state=PluginState.BROKEN, reason=fault.reason))


def collect(
    plugins: Iterable[FoundPlugin],
    *,
    environment: Mapping[str, str],
    interview: Interview | None = None,
    plan: InstallPlan | None = None,
) -> Description:
    """Ask every plugin, in order, and merge what they say. Who fails, or is blocked, has a row with the reason.

    What they want changed in an install is asked only where there is a `plan`.
    """
    collector = _Collector(interview or Interview())
    collector.ask_features(plugins, environment)
    collector.ask_additions()
    wanted = collector.ask_adjustments(plan) if plan is not None else []
    catalogue = merge([declaration for _, declaration in collector.heard], collector.refused)
    sound = {row.plugin for row in catalogue.plugins if row.state is PluginState.OK}
    return Description(catalogue=catalogue, adjustments=tuple(one for one in wanted if one.plugin in sound))


def own_catalogue(environment: Mapping[str, str]) -> Catalogue:
    """What our own wheel declares, as this interpreter sees it. Imports no third-party plugin."""
    return collect([found for found in find_plugins() if found.is_ours], environment=environment).catalogue


def live_catalogue(environment: Mapping[str, str]) -> Catalogue:
    """What this interpreter's environment declares, asked in this process: for environments that are not managed."""
    return collect(find_plugins(), environment=environment).catalogue
