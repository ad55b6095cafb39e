"""Whether what a plugin wants changed in an install may be: pure, before anything is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ktx_runtime.api import Consent, Feature, InstallPlan, PlanAdjustment
from ktx_runtime.registry.declaration import Declaration


def with_brought_features(plan: InstallPlan, declarations: Iterable[Declaration]) -> InstallPlan:
    """`plan` with the features that come along with its plugins."""
    brought = [
        feature.name
        for declaration in declarations
        for feature in declaration.features
        if feature.name not in plan.features and comes_along(feature, declaration.plugin.distribution, plan.plugins)
    ]
    return plan.model_copy(update={"features": (*plan.features, *brought)})


def comes_along(feature: Feature, distribution: str, plugins: Sequence[str]) -> bool:
    """Whether a feature of a wanted plugin is installed with it: all are but those that want a consent of their own."""
    return distribution in plugins and feature.consent is Consent.WITH_RUNTIME


def objection(adjustment: PlanAdjustment, plan: InstallPlan) -> str | None:
    """Why `adjustment` cannot be had: what is pinned by hash stays as it is."""
    pinned = {canonicalize_name(pin.name): pin for pin in map(Requirement, plan.pinned) if _counts(pin)}
    for constraint in map(Requirement, adjustment.constraints):
        pin = pinned.get(canonicalize_name(constraint.name))
        if pin is None or not _counts(constraint):
            continue
        (exact,) = pin.specifier
        if not constraint.specifier.contains(exact.version, prereleases=True):
            return f"it constrains {constraint}, and {pin.name} {exact.version} is pinned"
    return None


def _counts(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})
