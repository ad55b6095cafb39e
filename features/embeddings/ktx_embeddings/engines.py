"""The engines of this process: one for each backend and its settings."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache

from ktx_embeddings.backends import ChosenBackend, choose_backend
from ktx_embeddings.engine import Engine, EngineState
from ktx_runtime.api import UsageError

MOST_ENGINES = 2
"""Models are large: who asks with a third kind of settings makes room for it."""

IDLE_VARIABLE = "KTX_EMBEDDING_IDLE_SECONDS"
QUEUE_VARIABLE = "KTX_EMBEDDING_QUEUE_TEXTS"

_Key = tuple[str, tuple[tuple[str, str], ...]]


class Engines:
    """Finds the engine for an environment, or makes it."""

    def __init__(self) -> None:
        self._engines: dict[_Key, Engine] = {}
        self._lock = threading.Lock()

    def engine(self, environment: Mapping[str, str]) -> Engine:
        """The engine of the backend that `environment` chooses. Raises `KtxError` where there is none."""
        chosen = choose_backend(environment)
        key = (chosen.name, tuple(sorted(chosen.backend.settings(environment).items())))
        with self._lock:
            engine = self._engines.pop(key, None) or _made(chosen, dict(environment))
            # The last one used stands last.
            self._engines[key] = engine
            if len(self._engines) > MOST_ENGINES:
                self._engines.pop(next(iter(self._engines))).close()
            return engine

    def states(self) -> tuple[EngineState, ...]:
        """What all engines are in, the last one used last."""
        with self._lock:
            return tuple(engine.state() for engine in self._engines.values())

    def close(self) -> None:
        """Give back all models."""
        with self._lock:
            engines = tuple(self._engines.values())
            self._engines.clear()
        for engine in engines:
            engine.close()


@cache
def engines() -> Engines:
    """Those of this process, made at the first question."""
    return Engines()


def _made(chosen: ChosenBackend, environment: Mapping[str, str]) -> Engine:
    return Engine(
        load=lambda: chosen.backend.load(environment),
        most_waiting=int(_number(environment, QUEUE_VARIABLE, 8192)),
        idle_seconds=_number(environment, IDLE_VARIABLE, 900),
    )


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name)
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise UsageError(f"{name} must be a number above 0: {text}")
    return number
