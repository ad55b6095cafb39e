"""What plugins do in a daemon: contexts around its life, and what they say of their features."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ktx_daemon.http.journal import note
from ktx_runtime.registry import Catalogue

if TYPE_CHECKING:
    from ktx_runtime.registry.live import LiveHooks

LEAVE_SECONDS = 5.0


class DaemonPlugins:
    """The daemon's side of `ktx_daemon_lifespan` and `ktx_health`. Without plugins that have them it does nothing."""

    def __init__(self, catalogue: Catalogue) -> None:
        asked = {hook for row in catalogue.plugins for hook in row.live_hooks}
        self._hooks = _live_hooks(catalogue) if asked & {"ktx_daemon_lifespan", "ktx_health"} else None
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def speak(self) -> bool:
        """Whether any plugin says how its features are."""
        return self._hooks is not None and self._hooks.implements("ktx_health")

    def enter(self) -> None:
        """Enter the plugins' contexts, in a thread: a plugin that takes long holds nobody up."""
        if self._hooks is not None:
            self._thread = threading.Thread(target=self._live, args=(self._hooks,), name="ktx-plugins", daemon=True)
            self._thread.start()

    def leave(self) -> None:
        """Leave them, the last one first; a plugin that does not come back is left behind."""
        self._leaving.set()
        if self._thread is not None:
            self._thread.join(LEAVE_SECONDS)

    def health(self) -> list[dict[str, object]]:
        """What plugins say of their features, as `/health` shows it."""
        if self._hooks is None:
            return []
        return [found.model_dump(mode="json") for found in self._hooks.health()]

    def _live(self, hooks: LiveHooks) -> None:
        with ExitStack() as entered:
            for plugin, context in hooks.lifespans():
                try:
                    entered.enter_context(context)
                except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and the daemon goes on
                    note(f"ktx_daemon_lifespan of {plugin} failed: {type(error).__name__}: {error}")
            self._leaving.wait()


def _live_hooks(catalogue: Catalogue) -> LiveHooks:
    from ktx_runtime.registry.live import LiveHooks  # noqa: PLC0415 - pluggy, which most runtimes never need

    return LiveHooks(catalogue, report=note)
