"""What to install: pure, from what is asked for, what is there and what is declared."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from ktx_runtime.api import Feature, KtxError, UsageError
from ktx_runtime.install.lockfile import Pin, merge_locks
from ktx_runtime.install.wheel import Wheel
from ktx_runtime.state.manifest import PythonInterpreter
from ktx_runtime.state.plugins import WantedPlugin

BASE_LOCK = "base"


@dataclass(frozen=True, slots=True)
class Declared:
    """A feature, and the distribution that declares it."""

    feature: Feature
    distribution: str


def feature_needs(feature: Feature, distribution: str) -> list[str]:
    """What a feature of the plugin `distribution` wants installed besides the plugin: its extras, its requirements."""
    own = [f"{distribution}[{','.join(feature.extras)}]"] if feature.extras else []
    return [*own, *feature.requirements]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a generation is made of. `content` is the digest of it all: the same plan gives the same digest.

    `pins` are installed exactly, hashes and all; `resolved` are requirements left to uv, within `pins`; `plugins` and
    what their features need come after that.
    """

    features: tuple[Declared, ...]
    extras: tuple[str, ...]
    pins: tuple[Pin, ...]
    resolved: tuple[str, ...]
    plugins: tuple[WantedPlugin, ...]
    wheel: Wheel
    content: str

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The features, each after those that it requires."""
        return tuple(declared.feature.name for declared in self.features)

    @property
    def lock_digest(self) -> str:
        """The digest of what is pinned."""
        return hashlib.sha256("\n".join(pin.text for pin in self.pins).encode()).hexdigest()

    def requirements_text(self) -> str:
        """Pins and wheel, as a requirements file with hashes."""
        own = f"{self.wheel.requirement()} --hash=sha256:{self.wheel.sha256}"
        return "\n".join([*(pin.text for pin in self.pins), own]) + "\n"

    def constraints_text(self) -> str:
        """The pins' versions alone."""
        return "".join(f"{pin.requirement}\n" for pin in self.pins)


def make_plan(
    requested: Iterable[str],
    *,
    installed: Iterable[str],
    declared: Mapping[str, Declared],
    wheel: Wheel,
    python: PythonInterpreter,
    plugins: Sequence[WantedPlugin] = (),
    use_locks: bool = True,
) -> Plan:
    """Plan a generation with what is requested, what is installed already, and the default features.

    An installed feature that nobody declares any longer is left out; a requested one is an error. Raises `UsageError`
    (`unknown-feature`) or `KtxError` (`unknown-extra`, `python-unsuitable`, `locks-disagree`).
    """
    wanted = [name for name, entry in declared.items() if entry.feature.default]
    wanted += [name for name in installed if name in declared]
    wanted += list(requested)
    features = tuple(_closure(wanted, declared))
    ours = tuple(entry.feature for entry in features if entry.distribution == wheel.distribution)
    extras = tuple(dict.fromkeys(_known_extra(extra, wheel) for feature in ours for extra in feature.extras))
    _check_python(python, wheel, features)
    locked = [extra for extra in extras if use_locks and extra in wheel.locks]
    pins = _pins(wheel, locked) if use_locks else ()
    resolved = (*_resolved(wheel, extras, locked, pins), *_further(ours))
    content = {
        "features": [[entry.feature.name, entry.distribution] for entry in features],
        "pins": [pin.text for pin in pins],
        "resolved": resolved,
        "plugins": [plugin.requirement for plugin in plugins],
        "wheel": wheel.sha256,
        "python": [python.executable, python.version],
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return Plan(features, extras, pins, resolved, tuple(plugins), wheel, digest)


def _closure(names: Iterable[str], declared: Mapping[str, Declared]) -> Iterable[Declared]:
    """The named features and all that they require, the required before the requiring."""
    done: dict[str, Declared] = {}
    open_names: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in open_names:
            circle = " → ".join([*open_names[open_names.index(name) :], name])
            raise KtxError(f"features require each other: {circle}", code="feature-circle")
        entry = declared.get(name)
        if entry is None:
            raise unknown_feature(name, declared)
        open_names.append(name)
        for required in entry.feature.requires:
            visit(required)
        open_names.pop()
        done[name] = entry

    for name in names:
        visit(name)
    return done.values()


def unknown_feature(name: str, declared: Iterable[str]) -> UsageError:
    """The error for a feature that nobody declares, with the nearest names."""
    known = sorted(declared)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"the features are: {', '.join(known)}"
    return UsageError(f"there is no feature {name}", code="unknown-feature", hint=hint, details={"near": near})


def _known_extra(extra: str, wheel: Wheel) -> str:
    # uv only warns of an extra that the wheel does not have, and installs without it.
    name = canonicalize_name(extra)
    if name not in wheel.extras:
        near = difflib.get_close_matches(name, wheel.extras, n=3, cutoff=0.5)
        raise KtxError(
            f"{wheel.path.name} has no extra {extra}",
            code="unknown-extra",
            hint=f"did you mean {' or '.join(near)}?" if near else f"it has: {', '.join(sorted(wheel.extras))}",
        )
    return name


def _check_python(python: PythonInterpreter, wheel: Wheel, features: Iterable[Declared]) -> None:
    wishes = [("ktx", wheel.requires_python)]
    wishes += [(f"feature {entry.feature.name}", entry.feature.requires_python) for entry in features]
    for who, wish in wishes:
        if wish and not SpecifierSet(wish).contains(python.version, prereleases=True):
            raise KtxError(
                f"{who} needs Python {wish}, and {python.executable} is {python.version}",
                code="python-unsuitable",
                hint="install a Python that fits and put it on PATH, or name it in KTX_BASE_PYTHON",
            )


def _pins(wheel: Wheel, locked: Sequence[str]) -> tuple[Pin, ...]:
    return merge_locks(wheel.locks[name] for name in (BASE_LOCK, *locked) if name in wheel.locks)


def _resolved(wheel: Wheel, extras: Sequence[str], locked: Sequence[str], pins: Sequence[Pin]) -> tuple[str, ...]:
    """What uv has to resolve: extras without a lock, and what a lock leaves out on purpose."""
    pinned = {pin.name for pin in pins}
    left_out = [
        str(_without_marker(requirement))
        for extra in locked
        for requirement in wheel.extras[extra]
        if canonicalize_name(requirement.name) not in pinned
    ]
    open_extras = tuple(extra for extra in extras if extra not in locked)
    whole = (wheel.requirement(open_extras),) if open_extras else ()
    return (*whole, *left_out)


def _without_marker(requirement: Requirement) -> Requirement:
    # The marker names the extra, which means nothing outside the wheel.
    plain = Requirement(str(requirement))
    plain.marker = None
    return plain


def _further(features: Iterable[Feature]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for feature in features for text in feature.requirements))


def generation_id(content: str, attempt: int) -> str:
    """8 hexadecimal digits; `attempt` counts up while the name is taken."""
    return hashlib.sha256(f"{content}/{attempt}".encode()).hexdigest()[:8]
