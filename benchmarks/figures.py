"""What every benchmark here does alike: time two things in turn, and print figures beside their bounds."""

import gc
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Both sides of a comparison may keep what Python compiled."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured. `bound` is the largest value that keeps the promise; None where none was made."""

    name: str
    value: float
    bound: float | None = None

    @property
    def broken(self) -> bool:
        return self.bound is not None and self.value > self.bound

    def __str__(self) -> str:
        said = "" if self.bound is None else f"  ≤ {self.bound:g}{'  BROKEN' if self.broken else ''}"
        return f"{self.name:<66} {self.value:>9.3f}{said}"


def report(figures: Iterable[Figure]) -> int:
    """Print figures as they come. The exit code: 1 when a bound is broken."""
    broken = 0
    for figure in figures:
        print(figure, flush=True)
        broken += figure.broken
    return 1 if broken else 0


def timed(action: Callable[[], object]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def computed(action: Callable[[], object]) -> float:
    """Seconds of processor time in this process. What else the machine does counts for little."""
    began = time.process_time()
    action()
    return time.process_time() - began


def seconds_of(command: Sequence[str], stdin: bytes = b"") -> float:
    """Seconds that a program took from start to end; its output goes nowhere.

    No benchmark gives a program a time limit: with one, Python looks for its end at times that double up to 50 ms, and
    the difference between 24 ms and 36 is measured as that between 31 and 63.
    """
    return timed(lambda: subprocess.run(command, input=stdin, stdout=subprocess.DEVNULL, env=ENVIRONMENT, check=True))


def in_turn(actions: Sequence[Callable[[], float]], rounds: int) -> list[list[float]]:
    """For each action its times, measured in turn: the machine's speed drifts. The first round is not counted."""
    taken = [[action() for action in actions] for _ in range(rounds + 1)][1:]
    return [list(times) for times in zip(*taken, strict=True)]


def interleaved(first: Callable[[], float], second: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Medians of both."""
    one, other = in_turn([first, second], rounds)
    return statistics.median(one), statistics.median(other)


def percentile(times: Sequence[float], fraction: float) -> float:
    """The time that this fraction of all does not exceed."""
    return sorted(times)[min(len(times) - 1, int(len(times) * fraction))]


def settle() -> None:
    """Keep what lives long out of the collector's sight, as the worker does after its start."""
    gc.collect()
    gc.freeze()
