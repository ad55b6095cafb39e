"""From a path to an operation, its code imported at its first use."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection

from ktx_daemon.operations import BoundOperation, bind, operation_hooks
from ktx_runtime.api import FeatureMissing, KtxError, Operation
from ktx_runtime.registry import Catalogue


class Routes:
    """The operations that may be asked for over HTTP. Binding is done once each, in a worker thread."""

    def __init__(self, catalogue: Catalogue, *, installed: Collection[str]) -> None:
        self._routes = {
            operation.path: (entry.feature, operation)
            for entry, operation in catalogue.operations().values()
            if "daemon" in operation.modes
        }
        self._installed = frozenset(installed)
        self._hooks = operation_hooks(catalogue)
        self._bound: dict[str, BoundOperation] = {}
        self._binding = threading.Lock()

    @property
    def operations(self) -> tuple[tuple[str, Operation], ...]:
        """Feature name and operation of every route, installed or not."""
        return tuple((feature.name, operation) for feature, operation in self._routes.values())

    def find(self, path: str) -> Operation | None:
        """The operation at `path`.

        Raises `FeatureMissing` when it belongs to a feature that is not installed.
        """
        if path not in self._routes:
            return None
        feature, operation = self._routes[path]
        if feature.name not in self._installed:
            raise FeatureMissing(
                f"{operation.name} needs the feature {feature.to_install}, which is not installed",
                code="feature-missing",
                hint=f"run: ktx runtime install --feature {feature.to_install}",
                details={"feature": feature.to_install},
            )
        return operation

    def bound(self, operation: Operation) -> BoundOperation:
        """`operation` with its code, which may take long to import. Raises as `bind` does."""
        found = self._bound.get(operation.name)
        if found is not None:
            return found
        with self._binding:
            feature, _ = self._routes[operation.path]
            found = bind(operation, feature=feature.to_install, hooks=self._hooks)
            self._bound[operation.name] = found
            return found

    def warm(self) -> None:
        """Import the code of every installed operation, so that the first request need not wait for it.

        What cannot be imported is left: whoever asks for it is told why.
        """
        for feature, operation in self._routes.values():
            if feature.name in self._installed:
                with contextlib.suppress(KtxError):
                    self.bound(operation)
