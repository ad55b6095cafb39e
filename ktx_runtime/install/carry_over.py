"""What a new version takes along of the version before. Nothing large comes along without being agreed to again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ktx_runtime.api import Consent
from ktx_runtime.install.consent import Decision, carried_question
from ktx_runtime.install.host import Host
from ktx_runtime.install.plan import Declared
from ktx_runtime.install.request import Answers
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.plugins import WantedPlugin


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """Features of the version `version`: those that come along, and those that were left."""

    version: str
    taken: tuple[str, ...]
    left: tuple[str, ...]


def sort_by_weight(
    names: Iterable[str], declared: Mapping[str, Declared], *, there: Iterable[str]
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Of the features called `names`, those that come along with a runtime, and those that do not.

    Each of the latter with the features that want a consent of their own for it, itself perhaps among them. `there` are
    installed in any case.
    """
    light: list[str] = []
    heavy: dict[str, tuple[str, ...]] = {}
    for name in names:
        wanted = [
            required
            for required in _with_required(name, declared)
            if declared[required].feature.consent is Consent.SEPARATE and required not in there
        ]
        if wanted:
            heavy[name] = tuple(wanted)
        else:
            light.append(name)
    return tuple(light), heavy


def ask_for_heavy(
    heavy: Mapping[str, tuple[str, ...]],
    declared: Mapping[str, Declared],
    *,
    answers: Answers,
    explicit: bool,
    ask: Callable[[str], bool],
) -> tuple[str, ...]:
    """Those of `heavy` that come along; where nobody can be asked they stay behind.

    `--yes` agrees to them in an explicit install only: elsewhere it agrees to what the command needs.
    """
    agreed: dict[str, bool] = {}
    for name in dict.fromkeys(wanted for group in heavy.values() for wanted in group):
        question = carried_question(declared[name].feature, answers, explicit=explicit)
        agreed[name] = question.decision is Decision.GRANTED or (
            question.decision is Decision.ASK and ask(question.text)
        )
    return tuple(name for name, group in heavy.items() if all(agreed[wanted] for wanted in group))


def notes_of_version_change(carried: CarriedOver, plugins: Iterable[WantedPlugin], host: Host) -> tuple[str, ...]:
    """What to tell: one line of what the new runtime has, and one with the command for what it has not."""
    named = [*carried.taken, *(f"plugin {plugin.distribution}" for plugin in plugins)]
    having = f", with what that of {carried.version} had: {', '.join(named)}" if named else ""
    prune = host.command("runtime", "prune")
    notes = [f"a new runtime for ktx {host.paths.cli_version}{having}; that of {carried.version} stays until: {prune}"]
    if carried.left:
        command = install_command(carried.left, host)
        notes.append(f"not taken along, as nobody has agreed to it: {', '.join(carried.left)}; to have it: {command}")
    return tuple(notes)


def install_command(features: Iterable[str], host: Host) -> str:
    """The command that installs `features`."""
    words = [word for name in features for word in ("--feature", name)]
    return host.command("runtime", "install", *words, "--yes")


def left_behind(previous: Manifest | None, carried: CarriedOver | None) -> tuple[str, ...]:
    """What was left so far, and now."""
    return (*(previous.left_behind if previous else ()), *(carried.left if carried else ()))


def _with_required(name: str, declared: Mapping[str, Declared]) -> list[str]:
    found: dict[str, None] = {}
    queue = [name]
    while queue:
        one = queue.pop()
        if one not in found and one in declared:
            found[one] = None
            queue.extend(declared[one].feature.requires)
    return list(found)
