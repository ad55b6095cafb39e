"""`python -I -m ktx_runtime.registry.describe [PLAN]`: what this environment says of itself, as JSON on stdout.

The controller runs it in a generation that it is building; PLAN is an `InstallPlan` as JSON, for plugins that want
something changed in it. Our own plugins are asked in this process, everybody else's each in a process of its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from ktx_runtime.api import Feature, InstallPlan, PlanAdjustment
from ktx_runtime.registry.ask import ask_additions, ask_adjustments, ask_features
from ktx_runtime.registry.collect import Interview, collect
from ktx_runtime.registry.declaration import Addition, Declaration
from ktx_runtime.registry.description import Description
from ktx_runtime.registry.discovery import FoundPlugin, find_plugins
from ktx_runtime.registry.faults import Fault
from ktx_runtime.registry.isolated import isolated_additions, isolated_adjustments, isolated_features


def describe(environment: Mapping[str, str], plan: InstallPlan | None = None) -> Description:
    """Ask every plugin of this environment, strangers in isolation."""

    def features_of(found: FoundPlugin) -> Declaration | Fault:
        return ask_features(found) if found.is_ours else isolated_features(found, environment=environment)

    def additions_of(found: FoundPlugin, features: Sequence[Feature]) -> tuple[Addition, ...] | Fault:
        if found.is_ours:
            return ask_additions(found, features)
        return isolated_additions(found, features, environment=environment)

    def adjustments_of(found: FoundPlugin, plan: InstallPlan) -> tuple[PlanAdjustment, ...] | Fault:
        if found.is_ours:
            return ask_adjustments(found, plan)
        return isolated_adjustments(found, plan, environment=environment)

    interview = Interview(features=features_of, additions=additions_of, adjustments=adjustments_of)
    return collect(find_plugins(), environment=environment, interview=interview, plan=plan)


def main(arguments: Sequence[str]) -> int:
    """Print the description."""
    plan = InstallPlan.model_validate_json(arguments[0]) if arguments else None
    sys.stdout.write(describe(os.environ, plan).model_dump_json() + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
