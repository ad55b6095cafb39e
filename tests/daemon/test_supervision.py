"""One daemon, whatever happens to it, to its record, and to those who ask for it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from ktx_runtime.api import KtxError
from ktx_runtime.daemon.client import DaemonUnreachable, get_health, post
from ktx_runtime.daemon.history import read_decisions
from ktx_runtime.daemon.judgement import Reason, Wanted
from ktx_runtime.daemon.process import process_mark, wait_until_gone
from ktx_runtime.daemon.stop import How
from ktx_runtime.daemon.supervisor import DaemonPaths, look, stop_running
from tests.daemon.client import Client
from tests.daemon.conftest import Daemons
from tests.support.processes import killed_after
from tests.support.waiting import wait_until


def now() -> str:
    return "2026-01-01T00:00:00+00:00"


def test_it_starts_answers_is_reused_and_stops_leaving_nothing(daemons: Daemons) -> None:
    first = daemons.ensure()
    assert not first.reused
    assert first.judgement.reason is Reason.NONE_RUNNING
    health = get_health(first.record, timeout_seconds=60)
    assert (health.status, health.body["status"], health.body["version"]) == (200, "healthy", "0.1.0")
    assert daemons.paths.record.stat().st_mode & 0o777 == 0o600
    second = daemons.ensure()
    assert second.reused
    assert second.record == first.record
    assert stop_running(daemons.paths, now=now) is How.REQUEST
    assert daemons.living() == []
    assert not daemons.paths.record.exists()
    assert stop_running(daemons.paths, now=now) is How.WAS_GONE


def test_twenty_starts_at_once_give_one_daemon_and_twenty_answers(daemons: Daemons) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: daemons.ensure(), range(20)))
    assert len({answer.record.instance_id for answer in answers}) == 1
    assert sum(not answer.reused for answer in answers) == 1
    assert len(daemons.living()) == 1
    assert all(get_health(answer.record, timeout_seconds=60).status == 200 for answer in answers)


def test_a_killed_daemon_is_started_anew(daemons: Daemons) -> None:
    first = daemons.ensure().record
    os.kill(first.pid, signal.SIGKILL)
    assert wait_until_gone(first.pid, first.process_mark, timeout_seconds=60)
    again = daemons.ensure()
    assert again.judgement.reason is Reason.PROCESS_GONE
    assert again.record.instance_id != first.instance_id


def test_a_hung_daemon_is_replaced(daemons: Daemons) -> None:
    first = daemons.ensure().record
    os.kill(first.pid, signal.SIGSTOP)
    again = daemons.ensure()
    assert again.judgement.reason is Reason.UNREACHABLE
    assert daemons.living() == [again.record.pid]


@pytest.mark.parametrize("content", ["", "{", '{"pid": 1}', "[]", "\x00" * 100, '{"schemaVersion": 99}', "[" * 100_000])
def test_a_damaged_record_is_replaced(daemons: Daemons, content: str) -> None:
    daemons.paths.directory.mkdir(parents=True)
    daemons.paths.record.write_text(content)
    running = daemons.ensure()
    assert running.judgement.reason is Reason.RECORD_UNREADABLE
    assert get_health(running.record, timeout_seconds=60).status == 200


def test_the_innocent_process_that_got_the_pid_survives(daemons: Daemons) -> None:
    record = daemons.ensure().record
    stop_running(daemons.paths, now=now)
    with killed_after(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])) as innocent:
        recycled = record.model_copy(update={"pid": innocent.pid})
        daemons.paths.record.write_text(recycled.model_dump_json())
        running = daemons.ensure()
        assert running.judgement.reason is Reason.PROCESS_GONE
        daemons.paths.record.write_text(recycled.model_dump_json())
        assert stop_running(daemons.paths, now=now) is How.WAS_GONE
        assert innocent.poll() is None
        daemons.paths.record.write_text(running.record.model_dump_json())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": "0.0.9"}, Reason.VERSION_DIFFERS),
        ({"generation": "0123abcd"}, Reason.GENERATION_DIFFERS),
        ({"features": ("core",)}, Reason.FEATURES_MISSING),
    ],
)
def test_a_daemon_that_does_not_suffice_is_replaced_for_a_stated_reason(
    daemons: Daemons, change: dict[str, object], reason: Reason
) -> None:
    first = daemons.ensure().record
    daemons.paths.record.write_text(first.model_copy(update=change).model_dump_json())
    again = daemons.ensure()
    assert again.judgement.reason is reason
    assert daemons.living() == [again.record.pid]
    assert first.pid != again.record.pid


def test_an_older_client_that_had_to_wait_does_not_replace_the_newer_daemon(daemons: Daemons) -> None:
    """It read the manifest before an install, and comes to its turn after the daemon of the new generation began."""
    newer = daemons.ensure().record
    daemons.paths.record.write_text(newer.model_copy(update={"generation": "0newer00"}).model_dump_json())
    with pytest.raises(KtxError) as refused:
        daemons.ensure(is_current=lambda: False)
    assert refused.value.code == "daemon-superseded"
    assert daemons.living() == [newer.pid]
    assert get_health(newer, timeout_seconds=60).status == 200
    # One that has read what counts now replaces whatever does not suit it.
    assert daemons.ensure(is_current=lambda: True).judgement.reason is Reason.GENERATION_DIFFERS


def test_what_no_daemon_of_this_environment_has_is_an_error_and_leaves_none(daemons: Daemons) -> None:
    with pytest.raises(KtxError) as caught:
        daemons.ensure(wanted=Wanted("0.1.0", "", frozenset({"probe", "absent"})))
    assert caught.value.code == "daemon-unsuitable"
    assert "absent" in caught.value.message
    assert daemons.living() == []


def test_another_program_on_the_port_is_not_taken_for_the_daemon(daemons: Daemons) -> None:
    record = daemons.ensure().record
    foreign = record.model_copy(update={"instance_id": "0" * 32})
    daemons.paths.record.write_text(foreign.model_dump_json())
    assert look(daemons.paths, daemons.wanted).judgement.reason is Reason.FOREIGN_ANSWER


def test_a_program_that_dies_at_its_start_is_noticed_at_once_with_its_own_words(daemons: Daemons) -> None:
    dying = daemons.program(arguments=("-c", "import sys; sys.exit('no \x1b[31msuch\x1b[0m library')"))
    began = time.monotonic()
    with pytest.raises(KtxError) as caught:
        daemons.ensure(dying)
    # Well before a start is given up (`spawn.START_SECONDS`).
    assert time.monotonic() - began < 25
    assert caught.value.code == "daemon-start-failed"
    assert "no such library" in caught.value.message
    assert caught.value.hint is not None
    assert "daemon.stderr.log" in caught.value.hint
    assert not daemons.paths.record.exists()


def test_a_stop_waits_for_the_request_that_runs(daemons: Daemons) -> None:
    record = daemons.ensure().record
    answers = []

    def ask() -> None:
        answers.append(post(record, "/probe/sleep", {"seconds": 1.5, "text": "done"}, timeout_seconds=60))

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: get_health(record, timeout_seconds=60).body["activeRequests"])
    assert stop_running(daemons.paths, now=now) is How.REQUEST
    asking.join()
    assert (answers[0].status, answers[0].body["text"]) == (200, "done")


def test_the_record_is_gone_before_another_program_can_have_the_port(daemons: Daemons) -> None:
    """Whoever sees record and process takes what listens on the port for the daemon, and sends the token."""
    record = daemons.ensure().record
    asking = threading.Thread(
        target=post, args=(record, "/probe/sleep", {"seconds": 1.5}), kwargs={"timeout_seconds": 60}
    )
    asking.start()
    wait_until(lambda: get_health(record, timeout_seconds=60).body["activeRequests"])
    os.kill(record.pid, signal.SIGTERM)
    wait_until(lambda: not listens(record.port))
    assert not daemons.paths.record.exists()
    asking.join()
    assert wait_until_gone(record.pid, record.process_mark, timeout_seconds=60)


def test_a_start_during_a_stop_gives_a_new_daemon(daemons: Daemons) -> None:
    record = daemons.ensure().record
    stopping = threading.Thread(target=stop_running, args=(daemons.paths,), kwargs={"now": now})
    stopping.start()
    again = daemons.ensure()
    stopping.join()
    final = again if get_healthy(again) else daemons.ensure()
    assert final.record.pid != record.pid or final.reused
    assert len(daemons.living()) <= 1


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=60).close()
    except OSError:
        return False
    return True


def get_healthy(running: object) -> bool:
    try:
        return get_health(running.record, timeout_seconds=60).status == 200  # type: ignore[attr-defined]
    except DaemonUnreachable:
        return False


def test_a_daemon_that_dies_in_a_handler_is_started_anew(daemons: Daemons) -> None:
    record = daemons.ensure().record
    with pytest.raises(DaemonUnreachable):
        post(record, "/probe/die", {}, timeout_seconds=60)
    again = daemons.ensure()
    assert again.judgement.reason is Reason.PROCESS_GONE


def test_term_drains_and_removes_the_record(daemons: Daemons) -> None:
    record = daemons.ensure().record
    os.kill(record.pid, signal.SIGTERM)
    assert wait_until_gone(record.pid, record.process_mark, timeout_seconds=60)
    assert not daemons.paths.record.exists()


def test_who_still_waits_when_the_daemon_ends_is_told_so_whatever_it_is_at(daemons: Daemons, tmp_path: Path) -> None:
    client = Client(record := daemons.ensure().record)
    witness = tmp_path / "interrupted"
    command = {"arguments": ["probe", "spin", str(witness)], "workingDirectory": "/"}
    with ThreadPoolExecutor(3) as pool:
        # The first is in one call of C for ten minutes: nothing that Python does reaches it.
        operations = [
            pool.submit(client.ask, "/probe/sleep", {"seconds": 600}),
            pool.submit(client.ask, "/probe/compute", {"seconds": 600}),
        ]
        spinning = pool.submit(client.ask, "/commands/run", command)
        wait_until(lambda: get_health(record, timeout_seconds=60).body["activeRequests"] == 3)
        os.kill(record.pid, signal.SIGTERM)
        assert wait_until_gone(record.pid, record.process_mark, timeout_seconds=30)
        replies, lines = [each.result() for each in operations], spinning.result().text.splitlines()
    assert {(each.status, each.body["error"]["code"], each.headers["retry-after"]) for each in replies} == {
        (503, "daemon-stopping", "1")
    }
    assert [json.loads(line) for line in lines] == [{"stderr": "spinning\n"}]
    assert witness.exists(), "what can be interrupted clears up"
    assert record.logs is not None
    assert "Traceback" not in Path(record.logs.stderr).read_text("utf-8")


def test_an_idle_daemon_leaves_and_a_busy_one_does_not(daemons: Daemons) -> None:
    daemons.idle_seconds = 3.0
    record = daemons.ensure().record
    assert post(record, "/probe/compute", {"seconds": 4.5}, timeout_seconds=60).status == 200
    assert wait_until_gone(record.pid, record.process_mark, timeout_seconds=60)
    assert not daemons.paths.record.exists()


def test_health_does_not_keep_an_idle_daemon_alive(daemons: Daemons) -> None:
    daemons.idle_seconds = 1.0
    record = daemons.ensure().record

    def is_gone() -> bool:
        with suppress(DaemonUnreachable):
            get_health(record, timeout_seconds=60)
        return process_mark(record.pid) != record.process_mark

    wait_until(is_gone)


def test_the_history_says_what_was_decided_and_why(daemons: Daemons) -> None:
    first = daemons.ensure().record
    os.kill(first.pid, signal.SIGKILL)
    wait_until_gone(first.pid, first.process_mark, timeout_seconds=60)
    daemons.ensure()
    stop_running(daemons.paths, now=now)
    told = [(decision.action, decision.reason) for decision in read_decisions(daemons.paths.history)]
    assert told == [("started", "none-running"), ("started", "process-gone"), ("stopped", "suits")]


def test_the_history_stays_short_and_outlives_damage(daemons: Daemons) -> None:
    daemons.ensure()
    line = daemons.paths.history.read_text()
    daemons.paths.history.write_text("garbage\n" + line * 200)
    stop_running(daemons.paths, now=now)
    assert len(read_decisions(daemons.paths.history)) == 50
    assert len(daemons.paths.history.read_text().splitlines()) == 50


def test_large_logs_are_rotated_at_a_start(daemons: Daemons) -> None:
    daemons.paths.logs.mkdir(parents=True)
    for _ in range(5):
        (daemons.paths.logs / "daemon.stderr.log").write_text("x" * 1_000_001)
        daemons.ensure()
        stop_running(daemons.paths, now=now)
    names = sorted(file.name for file in daemons.paths.logs.iterdir())
    assert [name for name in names if "stderr" in name] == [
        "daemon.stderr.log", "daemon.stderr.log.1", "daemon.stderr.log.2", "daemon.stderr.log.3",
    ]  # fmt: skip


def test_logs_that_grow_while_it_runs_are_rotated_and_written_on(daemons: Daemons) -> None:
    record = daemons.ensure().record
    assert record.logs is not None
    log = Path(record.logs.stderr)
    for text in ("one", "two"):
        assert post(record, "/probe/noise", {"text": text * 3}, timeout_seconds=60).status == 200
        wait_until(lambda: log.stat().st_size == 0, what="the rotation")
    assert log.with_name("daemon.stderr.log.1").read_text().startswith("twotwotwo")
    assert log.with_name("daemon.stderr.log.2").read_text().startswith("oneoneone")
    post(record, "/probe/fail", {}, timeout_seconds=60)
    wait_until(lambda: "fail failed unexpectedly" in log.read_text())


def test_what_a_client_hands_over_is_in_no_log_and_no_image_of_the_memory(daemons: Daemons) -> None:
    record = daemons.ensure().record
    secret = "hunter3-in-the-environment"
    request = {"arguments": ["probe", "crash"], "workingDirectory": "/", "environment": {"PGPASSWORD": secret}}
    assert Client(record).ask("/commands/run", request).text.endswith('{"exit":3}\n')
    Client(record).ask("/commands/run", {**request, "terminal": {"width": "wide"}})
    logs = [file for file in daemons.environment.directory.rglob("*.log*") if file.is_file()]
    logs += [file for file in daemons.paths.logs.rglob("*") if file.is_file()]
    assert any("unforeseen" in file.read_text() for file in logs)
    assert not any(secret in file.read_text() for file in logs)
    limits = Path(f"/proc/{record.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0 ", limits)


@pytest.mark.deep
def test_a_stop_ends_a_command_that_does_not_end_and_its_client_hears_no_exit_code(
    daemons: Daemons, tmp_path: Path
) -> None:
    record = daemons.ensure().record
    heard = []
    request = {"arguments": ["probe", "spin", str(tmp_path / "witness")], "workingDirectory": "/"}

    def ask() -> None:
        with suppress(http.client.IncompleteRead, ConnectionError):
            heard.append(Client(record).ask("/commands/run", request).text)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: get_health(record, timeout_seconds=60).body["activeRequests"])
    assert stop_running(daemons.paths, now=now) is How.REQUEST
    asking.join(60)
    assert not any("exit" in text for text in heard)
    assert daemons.living() == []


def test_the_token_is_in_no_log_and_no_command_line(daemons: Daemons) -> None:
    record = daemons.ensure().record
    post(record, "/probe/fail", {"text": "x"}, timeout_seconds=60)
    shown = [file.read_text() for file in daemons.paths.logs.iterdir()]
    with open(f"/proc/{record.pid}/cmdline") as stream:  # noqa: PTH123 - not a real file
        shown.append(stream.read())
    assert not any(record.token in text for text in shown)
    assert record.token not in repr(record)
    assert record.token not in json.dumps(get_health(record, timeout_seconds=60).body)


def test_a_full_disk_for_its_logs_does_not_stop_it(daemons: Daemons) -> None:
    daemons.paths.logs.mkdir(parents=True)
    for name in ("daemon.stdout.log", "daemon.stderr.log"):
        (daemons.paths.logs / name).symlink_to("/dev/full")
    record = daemons.ensure().record
    assert post(record, "/probe/fail", {}, timeout_seconds=60).body["error"]["code"] == "unexpected"
    assert post(record, "/probe/sleep", {"text": "x"}, timeout_seconds=60).body["text"] == "x"
    assert stop_running(daemons.paths, now=now) is How.REQUEST


def test_two_roots_have_two_daemons_that_do_not_know_each_other(daemons: Daemons, tmp_path: Path) -> None:
    other = Daemons(daemons.environment, DaemonPaths(tmp_path / "other", tmp_path / "other" / "logs"))
    one, two = daemons.ensure().record, other.ensure().record
    try:
        assert one.pid != two.pid
        assert stop_running(daemons.paths, now=now) is How.REQUEST
        assert get_health(two, timeout_seconds=60).status == 200
    finally:
        stop_running(other.paths, now=now)
    assert other.living() == []


def test_a_processs_mark_does_not_depend_on_the_clock(daemons: Daemons) -> None:
    record = daemons.ensure().record
    boot, ticks = record.process_mark.split(":")
    assert boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    seconds_since_boot = float(Path("/proc/uptime").read_text().split()[0])
    assert 0 < int(ticks) / os.sysconf("SC_CLK_TCK") <= seconds_since_boot
