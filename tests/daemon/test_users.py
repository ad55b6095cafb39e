"""What another user's files say is nothing that we act on: no process of theirs, or of anybody, ends for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ktx_runtime.api import KtxError
from ktx_runtime.daemon.client import get_health
from ktx_runtime.daemon.judgement import Reason
from ktx_runtime.daemon.process import process_mark
from ktx_runtime.daemon.supervisor import look, stop_running
from tests.daemon.conftest import Daemons
from tests.runtime.test_surroundings import is_superuser
from tests.support.processes import killed_after

SOMEBODY = 12345


@is_superuser
@pytest.mark.parametrize("whose", ["record", "directory"])
def test_the_daemon_of_another_user_is_neither_used_nor_replaced_nor_stopped(daemons: Daemons, whose: str) -> None:
    record = daemons.ensure().record
    os.chown({"record": daemons.paths.record, "directory": daemons.paths.directory}[whose], SOMEBODY, SOMEBODY)
    before = daemons.paths.record.read_bytes()
    found = look(daemons.paths, daemons.wanted)
    assert (found.record, found.judgement.reason) == (None, Reason.RECORD_NOT_YOURS)
    for act in (daemons.ensure, lambda: stop_running(daemons.paths, now=lambda: "")):
        with pytest.raises(KtxError) as refused:
            act()
        assert refused.value.code == "root-not-yours"
    assert daemons.living() == [record.pid]
    assert get_health(record, timeout_seconds=60).status == 200
    assert daemons.paths.record.read_bytes() == before


@is_superuser
def test_no_process_that_another_users_record_names_is_signalled(daemons: Daemons) -> None:
    """Written by whoever may write there, with the mark of a process that only the superuser could end."""
    record = daemons.ensure().record
    stop_running(daemons.paths, now=lambda: "")
    with killed_after(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])) as innocent:
        named = record.model_copy(update={"pid": innocent.pid, "process_mark": process_mark(innocent.pid) or ""})
        daemons.paths.record.write_text(named.model_dump_json())
        os.chown(daemons.paths.record, SOMEBODY, SOMEBODY)
        for act in (daemons.ensure, lambda: stop_running(daemons.paths, now=lambda: "")):
            with pytest.raises(KtxError):
                act()
        assert innocent.poll() is None
    daemons.paths.record.unlink()
