"""pluggy, behind one typed method per hook; each asks one plugin at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import pluggy

from ktx_runtime.api import Command, Feature, Operation, Record, SmokeCheck
from ktx_runtime.api.hooks import PROJECT_NAME
from ktx_runtime.registry.faults import Fault, describe_exception, guarded
from ktx_runtime.registry.spec import HookSpecs

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

    def _ask(self, plugin: str, hook: str, kind: type[R], arguments: dict[str, object]) -> tuple[R, ...] | Fault:
        others = [other for name, other in self._pluggy.list_name_plugin() if name != plugin and other is not None]
        caller = self._pluggy.subset_hook_caller(hook, remove_plugins=others)

        def ask() -> tuple[R, ...]:
            answers: list[Iterable[object]] = caller(**arguments)
            return tuple(_checked(record, kind, hook) for answer in answers for record in answer)

        return guarded(ask)


def _checked(record: object, kind: type[R], hook: str) -> R:
    if not isinstance(record, kind):
        message = f"{hook} returned {type(record).__name__} where {kind.__name__} is wanted"
        raise TypeError(message)
    return record
