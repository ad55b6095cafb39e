"""kill -9 and ^C at seeded moments: the runtime before keeps answering, and the next run needs no help."""

from __future__ import annotations

import random
import signal
import subprocess
import time

import psutil
import pytest

from tests.runtime.conftest import Ktx

pytestmark = pytest.mark.runtime

CHECKED_EVERY = 3


def start_rebuild(ktx: Ktx) -> subprocess.Popen[str]:
    return ktx.start("runtime", "install", "--force", "--yes", "--progress", "none")


def measure_rebuild(ktx: Ktx) -> float:
    started = time.monotonic()
    with start_rebuild(ktx) as process:
        assert process.wait(timeout=60) == 0
    return time.monotonic() - started


def demand_answers(ktx: Ktx) -> None:
    said = ktx.run("alpha", "say", "still", "--no-input")
    assert (said.returncode, said.stdout[:16]) == (0, "alpha says still"), said.stderr


def demand_clean_next_run(ktx: Ktx) -> None:
    with start_rebuild(ktx) as process:
        assert process.wait(timeout=60) == 0, process.stderr.read() if process.stderr else ""
    current = ktx.manifest()["generation"]
    # What was just replaced may stay a while for those who are about to start from it.
    half_built = [
        name for name in ktx.generations() if not (ktx.generation_directory(name) / "installed.json").exists()
    ]
    assert half_built == []
    assert current in ktx.generations()


def kill_controller(process: subprocess.Popen[str], delay: float) -> None:
    time.sleep(delay)
    process.kill()


def kill_uv(process: subprocess.Popen[str], delay: float) -> None:
    """Kill the uv that runs `delay` after the first one was seen, or the next one after that."""
    deadline = time.monotonic() + 60
    first_seen: float | None = None
    parent = psutil.Process(process.pid)
    while process.poll() is None and time.monotonic() < deadline:
        try:
            running = [child for child in parent.children() if child.name() == "uv"]
        except psutil.Error:
            continue
        if running and first_seen is None:
            first_seen = time.monotonic()
        if running and first_seen is not None and time.monotonic() - first_seen >= delay:
            for child in running:
                child.kill()
            return
        time.sleep(0.002)


@pytest.mark.parametrize("moments_to_kill_at", [pytest.param(25, marks=pytest.mark.deep), pytest.param(3, id="a few")])
@pytest.mark.parametrize("target", ["controller", "uv"])
def test_a_kill_at_any_moment_loses_nothing_and_the_next_run_succeeds(
    ktx: Ktx, target: str, moments_to_kill_at: int
) -> None:
    ktx.install("beta")
    whole = measure_rebuild(ktx)
    moments = random.Random(f"kill {target}")  # noqa: S311 - a seed makes the moments the same each time
    for number in range(1, moments_to_kill_at + 1):
        # The work of uv is about the middle third.
        delay = moments.uniform(0, whole if target == "controller" else whole / 3)
        with start_rebuild(ktx) as process:
            (kill_controller if target == "controller" else kill_uv)(process, delay)
            process.wait(timeout=60)
        assert ktx.status()["state"] == "ready", f"after a kill at {delay:.3f} s"
        demand_answers(ktx)
        if number % CHECKED_EVERY == 0:
            demand_clean_next_run(ktx)
    assert [feature["name"] for feature in ktx.manifest()["features"]] == ["alpha", "beta"]


def test_a_first_install_that_is_killed_leaves_nothing_that_the_next_one_trips_over(ktx: Ktx) -> None:
    moments = random.Random("first")  # noqa: S311 - as above
    for _ in range(2):
        with ktx.start("runtime", "install", "--yes", "--progress", "none") as process:
            kill_controller(process, moments.uniform(0.3, 1.0))
            process.wait(timeout=60)
        if ktx.manifest_file.exists():
            break
    ktx.install()
    demand_answers(ktx)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_an_interrupted_install_cleans_up_at_once(ktx: Ktx, number: signal.Signals) -> None:
    ktx.install()
    moments = random.Random("interrupt")  # noqa: S311 - as above
    for _ in range(2):
        before = ktx.manifest()
        already_there = ktx.generations()
        with start_rebuild(ktx) as process:
            wait_for_another_generation(ktx, process, already_there)
            time.sleep(moments.uniform(0, 0.3))
            process.send_signal(number)
            process.wait(timeout=60)
            assert process.stderr is not None
            assert process.returncode == 130, process.stderr.read()
        # Where it came too late to stop it, what was built is published and whole.
        published = ktx.manifest()["generation"]
        new = ktx.generations() - already_there
        assert new == ({published} if ktx.manifest() != before else set())
        demand_answers(ktx)
    demand_clean_next_run(ktx)


def wait_for_another_generation(ktx: Ktx, process: subprocess.Popen[str], already_there: set[str]) -> None:
    deadline = time.monotonic() + 60
    while ktx.generations() <= already_there and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
