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
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from pydantic import BaseModel

    from ktx_runtime.api import (
        Command,
        DoctorCheck,
        ErrorHint,
        Feature,
        FeatureHealth,
        InstallPlan,
        Operation,
        OperationContext,
        PlanAdjustment,
        SmokeCheck,
    )

hookspec = pluggy.HookspecMarker(PROJECT_NAME)


class Phase(StrEnum):
    """When a hook is asked."""

    DECLARE = "declare"
    INSTALL = "install"
    COMMANDS = "commands"
    DAEMON = "daemon"


class OnFailure(StrEnum):
    """What happens when a hook raises, exits, or returns something else than it should.

    `plugin-is-broken`: the plugin is a row with the reason, nothing of it is used. `is-reported`: a line on stderr or
    in the log, and all goes on. `operation-fails`: the operation ends with exit code 5, or HTTP 500.
    """

    PLUGIN_IS_BROKEN = "plugin-is-broken"
    IS_REPORTED = "is-reported"
    OPERATION_FAILS = "operation-fails"


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
    HookPolicy("ktx_doctor_checks", Phase.DECLARE, OnFailure.PLUGIN_IS_BROKEN),
    HookPolicy("ktx_error_hints", Phase.DECLARE, OnFailure.PLUGIN_IS_BROKEN),
    HookPolicy("ktx_adjust_plan", Phase.INSTALL, OnFailure.PLUGIN_IS_BROKEN),
    HookPolicy("ktx_after_install", Phase.INSTALL, OnFailure.IS_REPORTED),
    HookPolicy("ktx_run_operation", Phase.COMMANDS, OnFailure.OPERATION_FAILS),
    HookPolicy("ktx_daemon_lifespan", Phase.DAEMON, OnFailure.IS_REPORTED),
    HookPolicy("ktx_health", Phase.DAEMON, OnFailure.IS_REPORTED),
)
"""All hooks, in the order in which they are asked."""

LIVE_HOOKS = frozenset(hook.name for hook in HOOKS if hook.phase is not Phase.DECLARE)
"""Hooks that a plugin is asked beyond its declarations: only plugins that implement one are imported for it."""


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

    @hookspec
    def ktx_doctor_checks(self, feature: Feature) -> Iterable[DoctorCheck]:
        """Checks that `ktx runtime doctor` runs for `feature`, beside its smoke checks.

        Asked once per feature that the environment declares. The checks run only when the user asks for them, each
        in a process of its own.

        Example:
            >>> from ktx_runtime.api import DoctorCheck, Feature, hookimpl
            >>> @hookimpl
            ... def ktx_doctor_checks(feature):
            ...     yield DoctorCheck(name="licence", summary="the licence is valid", check="hello:licence",
            ...                       fix="renew it")
            >>> [check.fix for check in ktx_doctor_checks(Feature(name="base", summary=""))]
            ['renew it']
        """
        raise NotImplementedError

    @hookspec
    def ktx_error_hints(self) -> Iterable[ErrorHint]:
        """What to suggest for errors that bring no hint of their own.

        Asked once per generation. The first hint that fits is shown, in the order of discovery.

        Example:
            >>> from ktx_runtime.api import ErrorHint, hookimpl
            >>> @hookimpl
            ... def ktx_error_hints():
            ...     return [ErrorHint(code="connection-failed", contains="vpn", hint="connect to the VPN first")]
            >>> ktx_error_hints()[0].code
            'connection-failed'
        """
        raise NotImplementedError

    @hookspec
    def ktx_adjust_plan(self, plan: InstallPlan) -> Iterable[PlanAdjustment]:
        """What this plugin wants changed in an install: other versions, another build of torch, more patience.

        Asked in every install, in the new environment, after the pinned packages and the plugins are there and before
        uv resolves anything else. What is pinned by hash stays; an adjustment that contradicts it is a fault of the
        plugin. What makes the download larger is asked for like everything else that is installed.

        Example:
            >>> from ktx_runtime.api import InstallPlan, PlanAdjustment, hookimpl
            >>> @hookimpl
            ... def ktx_adjust_plan(plan):
            ...     if plan.machine == "x86_64" and plan.platform == "darwin":
            ...         yield PlanAdjustment(reason="the last for this machine", constraints=("onnxruntime<1.20",))
            >>> plan = InstallPlan(features=("base",), python_version="3.11.7", platform="darwin", machine="x86_64")
            >>> [adjustment.constraints for adjustment in ktx_adjust_plan(plan)]
            [('onnxruntime<1.20',)]
        """
        raise NotImplementedError

    @hookspec
    def ktx_after_install(self, features: tuple[str, ...]) -> Iterable[str]:
        """Called once after a generation with `features` was published, in a process of that generation.

        The runtime is ready by then whatever happens here. Each text that is returned is shown to the user as a line.

        Example:
            >>> from ktx_runtime.api import hookimpl
            >>> @hookimpl
            ... def ktx_after_install(features):
            ...     if "hello" in features:
            ...         yield "hello is ready; try: ktx hello"
            >>> list(ktx_after_install(("base", "hello")))
            ['hello is ready; try: ktx hello']
        """
        raise NotImplementedError

    @hookspec
    def ktx_run_operation(
        self,
        operation: Operation,
        request: BaseModel,
        context: OperationContext,
        proceed: Callable[[BaseModel], BaseModel],
    ) -> BaseModel:
        """Wraps every operation that the worker runs, one-shot or in the daemon: the plugin calls `proceed`.

        Whoever comes first in the order of discovery is outermost. A wrapper may look, measure, refuse (raise
        `OperationRefused`), or pass on a changed request; it returns the response. Here the hook is asked one plugin
        at a time, like every other: a pluggy wrapper could not be isolated.

        Example:
            >>> from ktx_runtime.api import hookimpl
            >>> seen = []
            >>> @hookimpl
            ... def ktx_run_operation(operation, request, proceed):
            ...     seen.append(operation.name)
            ...     return proceed(request)
            >>> from ktx_runtime.api import Operation
            >>> operation = Operation(name="say-hello", path="/hello", summary="", request="a:B", response="a:B",
            ...                       handler="a:b")
            >>> ktx_run_operation(operation, "request", lambda request: f"answer to {request}"), seen
            ('answer to request', ['say-hello'])
        """
        raise NotImplementedError

    @hookspec
    def ktx_daemon_lifespan(self) -> AbstractContextManager[None]:
        """A context entered when the daemon begins to listen, in a thread of its own, and left when it ends.

        Example:
            >>> from contextlib import contextmanager
            >>> from ktx_runtime.api import hookimpl
            >>> @hookimpl
            ... @contextmanager
            ... def ktx_daemon_lifespan():
            ...     yield
            >>> with ktx_daemon_lifespan():
            ...     print("the daemon runs")
            the daemon runs
        """
        raise NotImplementedError

    @hookspec
    def ktx_health(self) -> Iterable[FeatureHealth]:
        """How the features of this plugin are, inside the daemon: shown by `/health` and by `ktx runtime status`.

        Asked at each `/health`: it looks at what is known, and waits for nothing.

        Example:
            >>> from ktx_runtime.api import FeatureHealth, HealthState, hookimpl
            >>> @hookimpl
            ... def ktx_health():
            ...     return (FeatureHealth(feature="hello", state=HealthState.LOADING, detail="warming up"),)
            >>> ktx_health()[0].state.value
            'loading'
        """
        raise NotImplementedError
