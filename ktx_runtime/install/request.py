"""What is asked of an install, and under which conditions. Light: the warm path reads this too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.state.plugins import WantedPlugin


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the user has said so far, and whether there is anybody to ask.

    `terminal` means that both standard input and standard error are one. `runtime_granted` means that the launcher
    has asked for the runtime with its default features already. `--yes` outweighs `--no-input`, which only says that
    nobody is to be asked.
    """

    yes: bool = False
    no_input: bool = False
    terminal: bool = False
    runtime_granted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOptions:
    """How to install.

    `rebuild` makes a new generation even if the runtime is ready; without `use_locks` everything is resolved afresh;
    `wheelhouse` is a directory of wheels that replaces every index.
    """

    rebuild: bool = False
    use_locks: bool = True
    offline: bool = False
    wheelhouse: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallRequest:
    """Features that have to be there afterwards, besides the default ones and those already installed.

    `explicit` means that the user asked for an install, and not for something that happens to need one: then `--yes`
    also agrees to what the version before had. A plugin may be added, or the distribution of one removed.
    """

    features: tuple[str, ...] = ()
    explicit: bool = False
    add_plugin: WantedPlugin | None = None
    remove_plugin: str | None = None
    answers: Answers = Answers()
    options: InstallOptions = InstallOptions()
