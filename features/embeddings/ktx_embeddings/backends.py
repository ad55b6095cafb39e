"""Which backend computes: the one that is named, else the one that can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from stevedore.driver import DriverManager
from stevedore.exception import MultipleMatches, NoMatches

from ktx_runtime.api import (
    EMBEDDING_BACKENDS,
    BackendMissing,
    EmbeddingBackend,
    FeatureMissing,
    PluginFailed,
    UsageError,
    near_names,
    plain_text,
)

BACKEND_VARIABLE = "KTX_EMBEDDING_BACKEND"
FALLBACK_FEATURE = "local-embeddings"
_OURS = "kaelio-ktx"


@dataclass(frozen=True, slots=True)
class ChosenBackend:
    """A backend that lacks nothing, its name, and what decided for it: a variable's name, or `default`."""

    name: str
    backend: EmbeddingBackend
    origin: str


def choose_backend(environment: Mapping[str, str]) -> ChosenBackend:
    """The backend that `KTX_EMBEDDING_BACKEND` names, else the first that lacks nothing: those of plugins before ours.

    Raises `UsageError` for a name that nobody has, `FeatureMissing` when what is named, or everything, lacks something,
    and `PluginFailed` for a backend that does not load.
    """
    named = environment.get(BACKEND_VARIABLE, "").strip().lower()
    if named:
        backend = load_backend(named)
        missing = backend.missing(environment)
        if missing is not None:
            raise _missing(f"the embedding backend {named}", missing, environment)
        return ChosenBackend(named, backend, BACKEND_VARIABLE)
    for name in backend_names():
        backend = load_backend(name)
        if backend.missing(environment) is None:
            return ChosenBackend(name, backend, "default")
    nothing = BackendMissing("nothing is installed that computes embeddings", install=FALLBACK_FEATURE)
    raise _missing("embeddings", nothing, environment)


def backend_names() -> tuple[str, ...]:
    """All names: a plugin that somebody added on purpose comes before what ships with ktx."""
    ranked = sorted(
        _entry_points(), key=lambda entry: (entry.dist is not None and entry.dist.name == _OURS, entry.name)
    )
    return tuple(dict.fromkeys(entry.name for entry in ranked))


def load_backend(name: str) -> EmbeddingBackend:
    """The backend called `name`. Raises `UsageError` or `PluginFailed`."""
    try:
        manager = _Backends(EMBEDDING_BACKENDS, name, invoke_on_load=True, on_load_failure_callback=_raise)
    except NoMatches as error:
        known = backend_names()
        near = near_names(name, known)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(known)}"
        raise UsageError(
            f"there is no embedding backend {plain_text(name)}", code="backend-unknown", hint=hint
        ) from error
    except MultipleMatches as error:
        who = sorted({f"{it.dist.name} {it.dist.version}" for it in _entry_points() if it.name == name and it.dist})
        raise PluginFailed(
            f"{' and '.join(who)} both bring the embedding backend {name}",
            code="backend-ambiguous",
            hint="run: ktx runtime plugins list",
        ) from error
    except Exception as error:  # a plugin's own code runs here; whatever it raises is its failure
        raise PluginFailed(
            f"the embedding backend {name} does not load: {type(error).__name__}: {error}",
            code="backend-broken",
            hint="run: ktx runtime doctor",
        ) from error
    return cast("EmbeddingBackend", manager.driver)


def _missing(what: str, missing: BackendMissing, environment: Mapping[str, str]) -> FeatureMissing:
    program = environment.get("KTX_PROGRAM") or "ktx"
    command = f"run: {program} runtime install --feature {missing.install}" if missing.install else None
    return FeatureMissing(
        f"{what} cannot be used: {missing.reason}",
        code="backend-missing",
        hint=missing.hint or command,
        details={"feature": missing.install} if missing.install else None,
    )


def _raise(_manager: object, _entry_point: EntryPoint, error: BaseException) -> None:
    """Without this, stevedore takes a backend that cannot be imported for one that is not there."""
    raise error


class _Backends(DriverManager):  # type: ignore[misc, type-arg, unused-ignore]  # stevedore is typed in part
    """Reads the entry points themselves: stevedore's own list is a file in the user's cache, which goes stale."""

    def list_entry_points(self) -> list[EntryPoint]:
        """Those of this environment."""
        return list(_entry_points())


@cache
def _entry_points() -> tuple[EntryPoint, ...]:
    """Reading them opens a file of every distribution, which each request would pay for."""
    return tuple(entry_points(group=EMBEDDING_BACKENDS))
