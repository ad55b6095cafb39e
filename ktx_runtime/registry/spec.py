"""The hooks: what a plugin may say, when it is asked, and what becomes of it when it fails.

Every hook takes keyword arguments and returns records; none has side effects. A hook that is not implemented says
nothing. A hook may be written as a generator: it is run to its end inside the guard.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import pluggy

from ktx_runtime.api.hooks import PROJECT_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ktx_runtime.api import Command, Feature, Operation, SmokeCheck

hookspec = pluggy.HookspecMarker(PROJECT_NAME)


class Phase(StrEnum):
    """When a hook is asked."""

    DECLARE = "declare"


class OnFailure(StrEnum):
    """What becomes of a plugin whose hook raises, exits, or returns something else than it should."""

    PLUGIN_IS_BROKEN = "plugin-is-broken"


class HookPolicy(NamedTuple):
    """A hook's row in the reference: its phase, and its failure policy as data."""

    name: str
    phase: Phase
    on_failure: OnFailure


HOOKS: tuple[HookPolicy, ...] = (
    HookPolicy("ktx_features", Phase.DECLARE, OnFailure.PLUGIN_IS_BROKEN),
    HookPolicy("ktx_operations", Phase.DECLARE, OnFailure.PLUGIN_IS_BROKEN),
    HookPolicy("ktx_commands", Phase.DECLARE, OnFailure.PLUGIN_IS_BROKEN),
    HookPolicy("ktx_smoke_checks", Phase.DECLARE, OnFailure.PLUGIN_IS_BROKEN),
)
"""All hooks, in the order in which they are asked."""


class HookSpecs:
    """The specifications. `self` is never used: pluggy wants a namespace."""

    @hookspec
    def ktx_features(self) -> Iterable[Feature]:
        """The feature levels that this plugin declares.

        Asked once per generation, in the generation's own environment, before any smoke check. The answer is kept
        in the catalogue; the plugin is not imported again until one of its features is used.

        Example:
            >>> from ktx_runtime.api import Feature, hookimpl
            >>> @hookimpl
            ... def ktx_features():
            ...     return [Feature(name="hello", summary="greets", requirements=("cowsay>=6",))]
            >>> [feature.name for feature in ktx_features()]
            ['hello']
        """
        raise NotImplementedError

    @hookspec
    def ktx_operations(self, feature: Feature) -> Iterable[Operation]:
        """Operations that this plugin adds to `feature`, which may be another plugin's.

        Asked once per feature that the environment declares, after all features are known.

        Example:
            >>> from ktx_runtime.api import Operation, hookimpl
            >>> @hookimpl
            ... def ktx_operations(feature):
            ...     if feature.default:
            ...         yield Operation(name="say-hello", path="/hello", summary="greets", request="hello:Request",
            ...                         response="hello:Response", handler="hello:answer")
            >>> from ktx_runtime.api import Feature
            >>> [operation.path for operation in ktx_operations(Feature(name="base", summary="", default=True))]
            ['/hello']
        """
        raise NotImplementedError

    @hookspec
    def ktx_commands(self, feature: Feature) -> Iterable[Command]:
        """Commands that this plugin adds to `feature`, which may be another plugin's.

        Asked once per feature that the environment declares, after all features are known.

        Example:
            >>> from ktx_runtime.api import Command, Feature, hookimpl
            >>> @hookimpl
            ... def ktx_commands(feature):
            ...     return [Command(name=f"hello {feature.name}", summary="greets", handler="hello:run")]
            >>> [command.name for command in ktx_commands(Feature(name="base", summary=""))]
            ['hello base']
        """
        raise NotImplementedError

    @hookspec
    def ktx_smoke_checks(self, feature: Feature) -> Iterable[SmokeCheck]:
        """Checks that this plugin adds to `feature`, which may be another plugin's.

        Asked once per feature that the environment declares. The checks run right after an install, before the new
        generation is published, and again in `ktx runtime doctor`, each in a process of its own.

        Example:
            >>> from ktx_runtime.api import Feature, SmokeCheck, hookimpl
            >>> @hookimpl
            ... def ktx_smoke_checks(feature):
            ...     return (SmokeCheck(name="greets", summary="says hello", check="hello:check"),)
            >>> ktx_smoke_checks(Feature(name="base", summary=""))[0].name
            'greets'
        """
        raise NotImplementedError
