"""The clock of the machine is set, forwards and back, while a daemon runs: nobody notices."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ktx_runtime.daemon.client import get_health, post
from ktx_runtime.daemon.stop import How
from ktx_runtime.daemon.supervisor import stop_running
from tests.daemon.conftest import Daemons
from tests.support.clock import Clock, make_clock
from tests.support.waiting import wait_until


def time_of(clock: Clock) -> datetime:
    """What a process with that clock takes the time for."""
    argv = [sys.executable, "-c", "import time; print(time.time())"]
    done = subprocess.run(argv, env=os.environ | clock.variables, capture_output=True, text=True, check=True)
    return datetime.fromtimestamp(float(done.stdout), UTC)


@pytest.mark.deep
def test_a_daemon_of_tomorrow_is_used_today_and_stopped(daemons: Daemons, tmp_path: Path) -> None:
    clock = make_clock(tmp_path, "+3d")
    assert time_of(clock) > datetime.now(UTC) + timedelta(days=2)
    daemons.variables = clock.variables
    record = daemons.ensure().record
    assert datetime.fromisoformat(record.started_at) > datetime.now(UTC) + timedelta(days=2)
    daemons.variables = {}
    again = daemons.ensure()
    assert (again.reused, again.record.pid) == (True, record.pid)
    assert stop_running(daemons.paths, now=lambda: "") is How.REQUEST


def test_a_client_of_yesterday_finds_uses_and_stops_the_daemon_of_today(daemons: Daemons, tmp_path: Path) -> None:
    clock = make_clock(tmp_path, "-3d")
    record = daemons.ensure().record
    code = f"""
import select, time
from pathlib import Path
# libfaketime has glibc refuse the sleep of Python.
time.sleep = lambda seconds: select.select([], [], [], seconds)
from ktx_runtime.daemon.judgement import Wanted
from ktx_runtime.daemon.supervisor import DaemonPaths, look, stop_running
paths = DaemonPaths(Path({str(daemons.paths.directory)!r}), Path({str(daemons.paths.logs)!r}))
found = look(paths, Wanted("0.1.0", "", frozenset({{"core", "probe"}})), patience_seconds=60)
print(found.judgement.reason, found.record.pid, stop_running(paths, now=lambda: ""))
"""
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, env=os.environ | clock.variables, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["suits", str(record.pid), "request"]
    assert daemons.living() == []


@pytest.mark.deep
def test_a_clock_that_is_set_under_a_running_daemon_neither_ends_nor_keeps_it(daemons: Daemons, tmp_path: Path) -> None:
    clock = make_clock(tmp_path)
    daemons.variables = clock.variables
    daemons.idle_seconds = 20
    record = daemons.ensure().record
    for offset in ("-40d", "+40d", "-1d"):
        clock.set(offset)
        time.sleep(1.5)
        # It was not idle for days, and time limits are what they were.
        assert get_health(record, timeout_seconds=60).status == 200
        assert post(record, "/probe/compute", {}, timeout_seconds=60).status == 200
        late = post(record, "/probe/compute-briefly", {"seconds": 3}, timeout_seconds=60)
        assert late.body["error"]["code"] == "operation-timeout"
    # Idle now, at a time before its start.
    wait_until(lambda: daemons.living() == [], what="leaving when idle")
    assert not daemons.paths.record.exists()
