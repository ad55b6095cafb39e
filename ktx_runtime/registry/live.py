"""Hooks that are asked while the worker runs: only plugins that implement one are imported, at the first question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from pydantic import BaseModel

from ktx_runtime.api import FeatureHealth, Operation, OperationContext, OperationRefused, PluginFailed
from ktx_runtime.registry.ask import load_plugin
from ktx_runtime.registry.catalogue import Catalogue, CataloguePlugin, PluginState
from ktx_runtime.registry.declaration import PluginIdentity
from ktx_runtime.registry.faults import Fault, describe_exception, guarded
from ktx_runtime.registry.manager import PluginManager


@dataclass(slots=True)
class LiveHooks:
    """The live hooks of the plugins in `catalogue`, in the order of discovery. Threads may share them.

    `report` is told in one line of what fails where the hook's policy is that all goes on.
    """

    catalogue: Catalogue
    report: Callable[[str], object]
    _manager: PluginManager = field(default_factory=PluginManager)
    _loaded: dict[str, Fault | None] = field(default_factory=dict)
    _loading: threading.Lock = field(default_factory=threading.Lock)

    def implements(self, hook: str) -> bool:
        """Whether any plugin has `hook`. Imports nothing."""
        return any(True for _ in self._rows(hook))

    def run_operation(
        self,
        operation: Operation,
        request: BaseModel,
        context: OperationContext,
        handler: Callable[[BaseModel], BaseModel],
    ) -> BaseModel:
        """`handler(request)` inside every `ktx_run_operation`. Raises `PluginFailed` when a plugin fails."""
        run = handler
        for row in reversed(list(self._rows("ktx_run_operation"))):
            run = self._around(row, operation, context, run)
        return run(request)

    def health(self) -> tuple[FeatureHealth, ...]:
        """What all plugins say of their features."""
        found: list[FeatureHealth] = []
        for row in self._rows("ktx_health"):
            loaded = self._load(row)
            said = loaded if isinstance(loaded, Fault) else self._manager.health(plugin=_name(row.plugin))
            if isinstance(said, Fault):
                self._tell(row, "ktx_health", said)
            else:
                found.extend(said)
        return tuple(found)

    def after_install(self, features: tuple[str, ...]) -> tuple[str, ...]:
        """What all plugins have to say after an install."""
        lines: list[str] = []
        for row in self._rows("ktx_after_install"):
            loaded = self._load(row)
            asked = self._manager.after_install
            said = loaded if isinstance(loaded, Fault) else asked(plugin=_name(row.plugin), features=features)
            if isinstance(said, Fault):
                self._tell(row, "ktx_after_install", said)
            else:
                lines.extend(said)
        return tuple(lines)

    def lifespans(self) -> Iterator[tuple[PluginIdentity, AbstractContextManager[None]]]:
        """The contexts that plugins want around the daemon's life, not entered yet."""
        for row in self._rows("ktx_daemon_lifespan"):
            loaded = self._load(row)
            said = loaded if isinstance(loaded, Fault) else self._manager.lifespan(plugin=_name(row.plugin))
            if isinstance(said, Fault):
                self._tell(row, "ktx_daemon_lifespan", said)
            else:
                yield row.plugin, said

    def _around(
        self,
        row: CataloguePlugin,
        operation: Operation,
        context: OperationContext,
        inner: Callable[[BaseModel], BaseModel],
    ) -> Callable[[BaseModel], BaseModel]:
        def run(request: BaseModel) -> BaseModel:
            loaded = self._load(row)
            if isinstance(loaded, Fault):
                raise _failed(row, loaded.reason)
            inside = _Inside(inner)
            try:
                return self._manager.run_operation(
                    plugin=_name(row.plugin), operation=operation, request=request, context=context, proceed=inside
                )
            except (OperationRefused, PluginFailed, KeyboardInterrupt):
                raise
            except BaseException as error:
                if error is inside.raised:
                    raise
                raise _failed(row, describe_exception(error)) from error

        return run

    def _rows(self, hook: str) -> Iterator[CataloguePlugin]:
        return (row for row in self.catalogue.plugins if row.state is PluginState.OK and hook in row.live_hooks)

    def _load(self, row: CataloguePlugin) -> Fault | None:
        name = _name(row.plugin)
        if name not in self._loaded:
            # Whoever comes second would register it twice, which pluggy refuses.
            with self._loading:
                if name not in self._loaded:
                    plugin = guarded(lambda: load_plugin(row.target or ""))
                    fault = plugin if isinstance(plugin, Fault) else self._manager.register(plugin, name=name)
                    self._loaded[name] = fault
        return self._loaded[name]

    def _tell(self, row: CataloguePlugin, hook: str, fault: Fault) -> None:
        self.report(f"{hook} of {row.plugin} failed: {fault.reason}")


@dataclass(slots=True)
class _Inside:
    """What a wrapper calls to go on; it remembers what came up from inside, which is not the wrapper's failure."""

    inner: Callable[[BaseModel], BaseModel]
    raised: BaseException | None = None

    def __call__(self, request: BaseModel) -> BaseModel:
        try:
            return self.inner(request)
        except BaseException as error:
            self.raised = error
            raise


def _name(plugin: PluginIdentity) -> str:
    return f"{plugin.distribution}/{plugin.name}"


def _failed(row: CataloguePlugin, reason: str) -> PluginFailed:
    return PluginFailed(
        f"ktx_run_operation of {row.plugin} failed: {reason}",
        code="plugin-failed",
        hint=f"remove it (ktx runtime plugins remove {row.plugin.distribution}) or set KTX_RUNTIME_NO_PLUGINS",
    )
