"""Programs that are run to their end: bounded in time and in what they say, whatever they do with their streams."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from ktx_runtime import process
from ktx_runtime.process import Finished, run_program

FOREVER = 600


def run(code: str, *, timeout_seconds: float = 60) -> Finished:
    return run_program(
        [sys.executable, "-I", "-c", code],
        environment={},
        directory=Path("/"),
        timeout_seconds=timeout_seconds,
        on_line=[].append,
    )


def is_gone(pid: int) -> bool:
    """Whether the process has ended; a zombie that nobody has collected yet counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while not is_gone(pid):
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.02)


def test_lines_of_both_streams_come_whole_and_in_order() -> None:
    done = run("import sys\nfor n in range(3): print(n, 'groß', flush=True); print(n, file=sys.stderr, flush=True)")
    assert done.lines == ("0 groß", "0", "1 groß", "1", "2 groß", "2")
    assert done.succeeded


def test_a_last_line_without_an_end_and_a_very_long_one_are_lines_too() -> None:
    assert run("print('x' * 5_000_000); print('end', end='')").lines == ("x" * 5_000_000, "end")


def test_what_takes_too_long_is_ended_with_all_its_children() -> None:
    code = f"import os, time\npid = os.fork()\nif pid: print(pid, flush=True)\ntime.sleep({FOREVER})"
    done = run(code, timeout_seconds=6)
    assert done.timed_out
    wait_until_gone(int(done.lines[0]))


def test_what_closes_its_streams_and_stays_is_ended_too() -> None:
    assert run(f"import os, time\nos.close(1); os.close(2)\ntime.sleep({FOREVER})", timeout_seconds=2).timed_out


@pytest.mark.parametrize("parent", ["pass", f"time.sleep({FOREVER})"], ids=["ends", "stays"])
def test_a_child_that_leaves_the_group_and_keeps_the_streams_open_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, parent: str
) -> None:
    monkeypatch.setattr(process, "_DRAIN_SECONDS", 0.5)
    child = f"os.setsid(); print(os.getpid(), flush=True); time.sleep({FOREVER})"
    done = run(f"import os, time\nif os.fork() == 0:\n {child}\ntime.sleep(1); {parent}", timeout_seconds=6)
    os.kill(int(done.lines[0]), 9)
    assert done.timed_out == (parent != "pass")
    assert done.succeeded == (parent == "pass")


def test_a_child_that_stays_in_the_group_does_not_outlive_its_parent() -> None:
    child = f"print(os.getpid(), flush=True); time.sleep({FOREVER})"
    done = run(f"import os, time\nif os.fork() == 0:\n {child}\ntime.sleep(1)")
    assert done.succeeded
    wait_until_gone(int(done.lines[0]))


@pytest.mark.parametrize(
    "code",
    ["while True: print('x' * 1000)", "import os\nwhile True: os.write(1, b'x' * 1000)"],
    ids=["lines", "one line"],
)
def test_what_says_gigabytes_is_ended(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(process, "MOST_BYTES", 4 * 2**20)
    done = run(code)
    assert not done.succeeded
    assert done.how() == "said more than 4 MB"


def test_a_program_that_is_killed_is_told_by_its_signal() -> None:
    assert run("import os\nos.kill(os.getpid(), 11)").how() == "was ended by signal 11"


def test_waiting_costs_next_to_nothing() -> None:
    started = time.thread_time()
    run("import time; time.sleep(2)")
    assert time.thread_time() - started < 0.5
