"""What plugins do around a daemon's life."""

from __future__ import annotations

from pathlib import Path

import pytest

from ktx_runtime.daemon.client import get_health
from ktx_runtime.daemon.supervisor import DaemonPaths, stop_running
from tests.daemon.conftest import PROBE, Daemons
from tests.support.environments import make_plugin_environment
from tests.support.waiting import wait_until

LIVELY = """
    from contextlib import contextmanager
    from pathlib import Path
    from ktx_runtime.api import FeatureHealth, HealthState, hookimpl

    @hookimpl
    @contextmanager
    def ktx_daemon_lifespan():
        Path({witness!r}).write_text("in")
        yield
        Path({witness!r}).write_text("out")

    @hookimpl
    def ktx_health():
        yield FeatureHealth(feature="probe", state=HealthState.LOADING, detail="warming up")
"""
BAD = """
    from ktx_runtime.api import hookimpl

    @hookimpl
    def ktx_daemon_lifespan():
        raise RuntimeError("no life")

    @hookimpl
    def ktx_health():
        return ["nonsense"]
"""


@pytest.fixture
def lively(tmp_path: Path) -> Daemons:
    environment = make_plugin_environment(tmp_path)
    environment.add("acme-probe", PROBE)
    environment.add("acme-lively", LIVELY.format(witness=str(tmp_path / "witness")))
    environment.add("bcme-bad", BAD)
    return Daemons(environment, DaemonPaths(tmp_path / "daemon", tmp_path / "daemon" / "logs"))


def test_contexts_are_entered_and_left_health_is_told_and_a_bad_plugin_stops_nobody(
    lively: Daemons, tmp_path: Path
) -> None:
    record = lively.ensure().record
    try:
        health = get_health(record, timeout_seconds=60).body
        assert {"feature": "probe", "state": "loading", "detail": "warming up"} in health["featureHealth"]
        witness = tmp_path / "witness"
        wait_until(lambda: witness.exists() and witness.read_text() == "in")
    finally:
        stop_running(lively.paths, now=str)
    assert lively.living() == []
    assert witness.read_text() == "out"
    said = (lively.paths.logs / "daemon.stderr.log").read_text()
    assert "bcme-bad" in said
    assert "no life" in said
