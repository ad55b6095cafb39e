"""What plugins want changed in an install, settled with what the user has set and agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ktx_runtime.api import DownloadHint, InstallPlan
from ktx_runtime.api.plan import DEFAULT_TORCH_BACKEND
from ktx_runtime.install.consent import adjustment_question, demand_consent
from ktx_runtime.install.host import Host, this_machine
from ktx_runtime.install.plan import Plan
from ktx_runtime.install.uv import Preferences
from ktx_runtime.install.workshop import Workshop
from ktx_runtime.registry.description import PluginAdjustment
from ktx_runtime.state.manifest import AppliedAdjustment
from ktx_runtime.state.replace import write_text

ADJUSTMENTS_FILE = "adjustments.txt"


@dataclass(frozen=True, slots=True)
class Larger:
    """Something larger than what was agreed to, and by how much."""

    distribution: str
    reason: str
    download: DownloadHint


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of the adjustments: `applied` for the manifest, `larger` to be agreed to, `notes` to be told."""

    constraints: tuple[str, ...]
    preferences: Preferences
    applied: tuple[AppliedAdjustment, ...]
    larger: tuple[Larger, ...]
    notes: tuple[str, ...]


def plan_for_plugins(plan: Plan, host: Host, *, python_version: str) -> InstallPlan:
    """`plan` as plugins see it."""
    return InstallPlan(
        features=plan.feature_names,
        plugins=tuple(plugin.distribution for plugin in plan.plugins),
        pinned=tuple(str(pin.requirement) for pin in plan.pins),
        resolved=plan.resolved,
        python_version=python_version,
        platform=host.platform,
        machine=this_machine(),
    )


def settle(
    wanted: Sequence[PluginAdjustment], *, user_names_torch: bool, before: Sequence[AppliedAdjustment]
) -> Settled:
    """Merge what is wanted, in the order of discovery: who comes first has a setting that two would set.

    `before` are the adjustments of the runtime so far: what was agreed to then is not asked again.
    """
    preferences = Preferences()
    larger: list[Larger] = []
    notes: list[str] = []
    applied: list[AppliedAdjustment] = []
    chosen_by: str | None = None
    for one in wanted:
        adjustment, who = one.adjustment, one.plugin.distribution
        backend = adjustment.torch_backend
        if backend is not None and user_names_torch:
            notes.append(f"{who} wants torch for {backend}; your own settings name another, and stand")
            backend = None
        elif backend is not None and chosen_by is not None and backend != preferences.torch_backend:
            notes.append(f"{who} wants torch for {backend}; {chosen_by} has chosen {preferences.torch_backend}")
            backend = None
        elif backend is not None:
            chosen_by = chosen_by or who
        mark = AppliedAdjustment(distribution=who, reason=adjustment.reason, torch_backend=backend)
        applied.append(mark)
        if backend not in {None, DEFAULT_TORCH_BACKEND} and adjustment.download and not _agreed(mark, before):
            larger.append(Larger(who, adjustment.reason, adjustment.download))
        preferences = replace(
            preferences,
            torch_backend=preferences.torch_backend or backend,
            http_timeout_seconds=preferences.http_timeout_seconds or adjustment.http_timeout_seconds,
            concurrent_downloads=preferences.concurrent_downloads or adjustment.concurrent_downloads,
            link_mode=preferences.link_mode or adjustment.link_mode,
        )
    constraints = tuple(dict.fromkeys(text for one in wanted for text in one.adjustment.constraints))
    return Settled(constraints, preferences, tuple(applied), tuple(larger), tuple(notes))


def _agreed(mark: AppliedAdjustment, before: Sequence[AppliedAdjustment]) -> bool:
    return any(old.distribution == mark.distribution and old.torch_backend == mark.torch_backend for old in before)


def adjusted_shop(wanted: Sequence[PluginAdjustment], directory: Path, shop: Workshop) -> Workshop:
    """The workshop that resolves with what plugins want changed; the user is asked where that is larger.

    Raises `InputRequired`.
    """
    settled = settle(wanted, user_names_torch=shop.uv.user_names_torch(), before=shop.agreed_adjustments)
    for note in settled.notes:
        shop.note(note, 0.55)
    for one in settled.applied:
        shop.note(f"{one.distribution} adjusts this install: {one.reason}", 0.55)
    for larger in settled.larger:
        question = adjustment_question(larger.distribution, larger.reason, larger.download, shop.answers)
        demand_consent(question, ask=shop.ask, retry=shop.retry)
    preferences = settled.preferences
    if settled.constraints:
        file = directory / ADJUSTMENTS_FILE
        write_text(file, "".join(f"{text}\n" for text in settled.constraints))
        preferences = replace(preferences, constraints=file)
    return replace(shop, uv=replace(shop.uv, preferences=preferences), adjustments=settled.applied)
