"""Many at once: one does the work, nobody fails, and nobody who only asks ever notices."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.runtime.conftest import Ktx
from tests.runtime.small_wheel import BuiltWheel
from tests.support.processes import killed_after

pytestmark = pytest.mark.runtime

AT_ONCE = 8


def finish(processes: list[subprocess.Popen[str]]) -> list[str]:
    told = []
    for process in processes:
        _, stderr = process.communicate(timeout=120)
        assert process.returncode == 0, stderr
        told.append(stderr)
    return told


def test_eight_installs_at_once_build_one_generation(ktx: Ktx) -> None:
    told = finish([ktx.start("runtime", "install", "--yes") for _ in range(AT_ONCE)])
    assert ktx.status()["state"] == "ready"
    assert len(ktx.generations()) == 1
    assert sum("making the environment" in text for text in told) == 1
    assert sum("waiting for another install to end" in text for text in told) >= 1


def test_eight_feature_additions_at_once_lose_none(ktx: Ktx) -> None:
    ktx.install()
    names = ["beta", "gamma"] * (AT_ONCE // 2)
    finish([ktx.start("runtime", "install", "--feature", name, "--yes") for name in names])
    assert [feature["name"] for feature in ktx.manifest()["features"]] == ["alpha", "beta", "gamma"]
    assert ktx.run("beta").returncode == 7


def test_not_one_query_fails_while_installs_replace_the_runtime(ktx: Ktx, other_wheel: BuiltWheel) -> None:
    ktx.install()
    failures: list[str] = []
    answered = 0
    stop = threading.Event()

    def ask() -> None:
        nonlocal answered
        while not stop.is_set():
            # As the launcher does: read the manifest, start the worker that it names.
            python = ktx.manifest()["python"]["executable"]
            done = subprocess.run(
                [python, "-I", "-m", "ktx_daemon", "run", "alpha", "say"],
                env=ktx.variables,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            answered += 1
            if done.returncode != 0:
                failures.append(done.stderr)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        ktx.install("beta")
        ktx.with_wheel(other_wheel).install()
        ktx.install("gamma")
    finally:
        stop.set()
        asking.join()
    assert failures == []
    assert answered >= 3


def test_a_running_worker_keeps_its_files_through_installs_and_prune(ktx: Ktx, other_wheel: BuiltWheel) -> None:
    first = ktx.install()
    python = first["python"]["executable"]
    worker = subprocess.Popen(
        [python, "-I", "-m", "ktx_daemon", "run", "hold"],
        env=ktx.variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with killed_after(worker):
        assert worker.stdout is not None
        assert worker.stdout.readline().startswith(str(ktx.root))
        other = ktx.with_wheel(other_wheel)
        other.install()
        age_superseded(ktx)
        other.install("beta")
        pruned = other.run("runtime", "prune")
        assert pruned.returncode == 0
        # What it has not imported yet is still there.
        said, _ = worker.communicate("go on\n", timeout=60)
        assert said.strip() == "late"
    age_superseded(ktx)
    other.run("runtime", "prune")
    assert first["generation"] not in ktx.generations()
    assert ktx.generations() == {ktx.manifest()["generation"]}


def age_superseded(ktx: Ktx) -> None:
    """Let the time pass for which what was replaced is kept for those about to start from it."""
    for mark in Path(ktx.version_directory).glob("generations/*/superseded"):
        os.utime(mark, (time.time() - 3600,) * 2)


def test_the_lock_of_a_dead_holder_is_free(ktx: Ktx) -> None:
    ktx.install()
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom ktx_runtime.state.lock import exclusive\n"
        "with exclusive(Path(sys.argv[1]), on_wait=lambda: None):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    lock = str(ktx.root / "install.lock")
    holder = subprocess.Popen(
        [ktx.python, "-I", "-c", code, lock], stdout=subprocess.PIPE, text=True, env=ktx.variables
    )
    with killed_after(holder):
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        waiting = ktx.start("runtime", "install", "--feature", "beta", "--yes")
        assert waiting.stderr is not None
        assert waiting.stderr.readline() == "ktx: waiting for another install to end\n"
        assert ktx.run("alpha", "say", "readers never wait").returncode == 0
        holder.kill()
        finish([waiting])
    assert ktx.run("beta").returncode == 7
