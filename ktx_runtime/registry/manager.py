"""pluggy, behind one typed method per hook; each asks one plugin at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import pluggy
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
    Record,
    SmokeCheck,
)
from ktx_runtime.api.hooks import PROJECT_NAME
from ktx_runtime.registry.faults import Fault, describe_exception, guarded
from ktx_runtime.registry.spec import LIVE_HOOKS, HookSpecs

R = TypeVar("R", bound=Record)


class PluginManager:
    """Registers plugins and asks them. A plugin that fails yields a `Fault`, never an exception."""

    def __init__(self) -> None:
        self._pluggy = pluggy.PluginManager(PROJECT_NAME)
        self._pluggy.add_hookspecs(HookSpecs)

    def register(self, plugin: object, *, name: str) -> Fault | None:
        """Add `plugin`, a module or object with hook implementations. A fault leaves nothing of it registered."""
        try:
            self._pluggy.register(plugin, name=name)
            self._pluggy.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            if self._pluggy.get_plugin(name) is not None:
                self._pluggy.unregister(name=name)
            return Fault(describe_exception(error))
        return None

    def features(self, *, plugin: str) -> tuple[Feature, ...] | Fault:
        """Ask `plugin` for its features."""
        return self._ask(plugin, "ktx_features", Feature, {})

    def operations(self, *, plugin: str, feature: Feature) -> tuple[Operation, ...] | Fault:
        """Ask `plugin` what operations it adds to `feature`."""
        return self._ask(plugin, "ktx_operations", Operation, {"feature": feature})

    def commands(self, *, plugin: str, feature: Feature) -> tuple[Command, ...] | Fault:
        """Ask `plugin` what commands it adds to `feature`."""
        return self._ask(plugin, "ktx_commands", Command, {"feature": feature})

    def smoke_checks(self, *, plugin: str, feature: Feature) -> tuple[SmokeCheck, ...] | Fault:
        """Ask `plugin` what smoke checks it adds to `feature`."""
        return self._ask(plugin, "ktx_smoke_checks", SmokeCheck, {"feature": feature})

    def doctor_checks(self, *, plugin: str, feature: Feature) -> tuple[DoctorCheck, ...] | Fault:
        """Ask `plugin` what checks of the doctor it adds to `feature`."""
        return self._ask(plugin, "ktx_doctor_checks", DoctorCheck, {"feature": feature})

    def error_hints(self, *, plugin: str) -> tuple[ErrorHint, ...] | Fault:
        """Ask `plugin` for its hints."""
        return self._ask(plugin, "ktx_error_hints", ErrorHint, {})

    def adjustments(self, *, plugin: str, plan: InstallPlan) -> tuple[PlanAdjustment, ...] | Fault:
        """Ask `plugin` what it wants changed in `plan`."""
        return self._ask(plugin, "ktx_adjust_plan", PlanAdjustment, {"plan": plan})

    def live_hooks(self, *, plugin: str) -> tuple[str, ...]:
        """The hooks that `plugin` implements beyond its declarations."""
        callers = self._pluggy.get_hookcallers(self._pluggy.get_plugin(name=plugin)) or []
        return tuple(sorted(caller.name for caller in callers if caller.name in LIVE_HOOKS))

    def health(self, *, plugin: str) -> tuple[FeatureHealth, ...] | Fault:
        """Ask `plugin` how its features are."""
        return self._ask(plugin, "ktx_health", FeatureHealth, {})

    def after_install(self, *, plugin: str, features: tuple[str, ...]) -> tuple[str, ...] | Fault:
        """Tell `plugin` that a generation with `features` was published; what it says to the user."""
        caller = self._caller(plugin, "ktx_after_install")
        return guarded(lambda: tuple(str(line) for answer in caller(features=features) for line in answer))

    def lifespan(self, *, plugin: str) -> AbstractContextManager[None] | Fault:
        """The context that `plugin` wants around the daemon's life, not entered yet."""
        caller = self._caller(plugin, "ktx_daemon_lifespan")

        def ask() -> AbstractContextManager[None]:
            answers: list[AbstractContextManager[None]] = caller()
            return answers[0] if answers else nullcontext()

        return guarded(ask)

    def run_operation(
        self,
        *,
        plugin: str,
        operation: Operation,
        request: BaseModel,
        context: OperationContext,
        proceed: Callable[[BaseModel], BaseModel],
    ) -> BaseModel:
        """Let `plugin` run `operation` around `proceed`. What it raises goes through: the worker words it."""
        caller = self._caller(plugin, "ktx_run_operation")
        answers: list[BaseModel] = caller(operation=operation, request=request, context=context, proceed=proceed)
        return answers[0] if answers else proceed(request)

    def _caller(self, plugin: str, hook: str) -> pluggy.HookCaller:
        others = [other for name, other in self._pluggy.list_name_plugin() if name != plugin and other is not None]
        return self._pluggy.subset_hook_caller(hook, remove_plugins=others)

    def _ask(self, plugin: str, hook: str, kind: type[R], arguments: dict[str, object]) -> tuple[R, ...] | Fault:
        caller = self._caller(plugin, hook)

        def ask() -> tuple[R, ...]:
            answers: list[Iterable[object]] = caller(**arguments)
            return tuple(_checked(record, kind, hook) for answer in answers for record in answer)

        return guarded(ask)


def _checked(record: object, kind: type[R], hook: str) -> R:
    if not isinstance(record, kind):
        message = f"{hook} returned {type(record).__name__} where {kind.__name__} is wanted"
        raise TypeError(message)
    return record
