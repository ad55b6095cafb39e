"""What every step of building a generation has at hand, and how it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.install.failure import InstallFailed
from ktx_runtime.install.host import Host
from ktx_runtime.install.log import InstallLog
from ktx_runtime.install.progress import Phase, ProgressEvent, ProgressListener
from ktx_runtime.install.request import Answers
from ktx_runtime.install.uv import Uv
from ktx_runtime.install.uv_output import download_of
from ktx_runtime.process import Finished
from ktx_runtime.registry import CatalogueFeature
from ktx_runtime.state.manifest import AppliedAdjustment

CONSTRAINTS_FILE = "constraints.txt"


@dataclass(frozen=True, slots=True)
class Workshop:
    """What building needs besides the plan.

    The failure of a feature in `asked`, or of one that the distribution `asked_plugin` brings, is fatal; `retry` is the
    command to suggest then. `compiled_before` are environments whose bytecode may be used again; `agreed_adjustments`
    are those of the runtime so far, `adjustments` those of this install.
    """

    host: Host
    uv: Uv
    log: InstallLog
    listener: ProgressListener
    asked: frozenset[str]
    retry: str
    answers: Answers
    ask: Callable[[str], bool]
    asked_plugin: str | None = None
    compiled_before: tuple[Path, ...] = ()
    agreed_adjustments: tuple[AppliedAdjustment, ...] = ()
    adjustments: tuple[AppliedAdjustment, ...] = ()

    def tell(self, phase: Phase, message: str, fraction: float) -> None:
        """Tell of a step, and log it."""
        self.log.write(f"== {message}")
        self.listener(ProgressEvent(phase=phase, message=message, fraction=fraction))

    def note(self, message: str, fraction: float) -> None:
        """Tell something that is to stay on the screen, and log it."""
        self.log.write(f"note: {message}")
        self.listener(ProgressEvent(phase=Phase.NOTE, message=message, fraction=fraction))

    def on_uv_line(self, line: str) -> None:
        """Log a line of uv's, and tell of a download that it announces."""
        self.log.write(line)
        download = download_of(line)
        if download is not None:
            package, size = download
            self.listener(
                ProgressEvent(
                    phase=Phase.PACKAGES, message=f"fetching {package}", fraction=0.3, package=package, size=size
                )
            )

    def is_asked(self, entry: CatalogueFeature) -> bool:
        """Whether the user asked for this feature, so that it has to work."""
        return entry.feature.name in self.asked or entry.plugin.distribution == self.asked_plugin


def demand(done: Finished, message: str, shop: Workshop) -> None:
    """Raise `InstallFailed` unless `done` succeeded."""
    if not done.succeeded:
        shop.log.write(done.how())
        raise failed(f"{message}: it {done.how()}", done.lines, shop)


def failed(message: str, lines: Sequence[str], shop: Workshop) -> InstallFailed:
    """The failure of this install, with the last of `lines`."""
    return InstallFailed(message, lines=lines, log=shop.log.file, retry=shop.retry)
