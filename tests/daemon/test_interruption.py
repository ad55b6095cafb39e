"""An interruption reaches the one thread that works, once, and never what comes after or beside it."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ktx_daemon.interruption import ThreadInterruption

PATIENCE_SECONDS = 60


@contextmanager
def switching_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def spin() -> None:
    while True:
        pass


def test_python_code_is_interrupted_wherever_it_is() -> None:
    interruption, outcome = ThreadInterruption(), []

    def work() -> None:
        try:
            interruption.run(spin)
        except KeyboardInterrupt:
            outcome.append("interrupted")

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    interruption.interrupt()
    thread.join(PATIENCE_SECONDS)
    assert outcome == ["interrupted"]


def test_work_that_was_interrupted_before_it_began_is_not_begun() -> None:
    interruption = ThreadInterruption()
    interruption.interrupt()
    with pytest.raises(KeyboardInterrupt):
        interruption.run(lambda: pytest.fail("begun"))


def test_an_interruption_at_the_end_of_the_work_hits_nothing_that_comes_after() -> None:
    """A thread that is reused does something for somebody else next."""
    moments = random.Random("end")  # noqa: S311 - moments, not secrets
    outcomes = {"finished": 0, "interrupted": 0}
    # Each outcome makes the other likelier, on whatever machine: most interruptions come about when the work ends.
    most = {"work": 500.0, "delay": 500.0}

    def once() -> None:
        interruption, begun = ThreadInterruption(), threading.Event()
        amount, delay = (moments.randrange(int(most[side])) for side in ("work", "delay"))

        def work() -> None:
            begun.set()
            for _ in range(amount):
                pass

        def interrupt() -> None:
            begun.wait(PATIENCE_SECONDS)
            for _ in range(delay):
                pass
            interruption.interrupt()

        other = threading.Thread(target=interrupt)
        other.start()
        try:
            interruption.run(work)
            outcomes["finished"] += 1
            most["work"] *= 1.25
            most["delay"] = max(most["delay"] / 1.25, 10)
        except KeyboardInterrupt:
            outcomes["interrupted"] += 1
            most["delay"] *= 1.25
            most["work"] = max(most["work"] / 1.25, 10)
        # Somebody else's work: nothing may be raised in it.
        for _ in range(3_000):
            pass
        other.join()

    with switching_often():
        for _ in range(400):
            once()
    assert min(outcomes.values()) > 50, outcomes


def test_an_import_is_finished_before_its_thread_is_interrupted(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """numpy and torch cannot be imported a second time after a first that was cut short."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "imported_slowly.py").write_text(
        "import time, tests_begun\ntests_begun.set()\nuntil = time.monotonic() + 0.5\n"
        "while time.monotonic() < until: pass\ndone = True\n"
    )
    begun = threading.Event()
    monkeypatch.setitem(sys.modules, "tests_begun", begun)
    interruption, outcome = ThreadInterruption(), []

    def work() -> None:
        import imported_slowly  # noqa: PLC0415 - the import is what is tested

        outcome.append(imported_slowly.done)
        spin()

    def guarded() -> None:
        try:
            interruption.run(work)
        except KeyboardInterrupt:
            outcome.append("interrupted")

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    assert begun.wait(PATIENCE_SECONDS)
    interruption.interrupt()
    thread.join(PATIENCE_SECONDS)
    assert outcome == [True, "interrupted"]
    del sys.modules["imported_slowly"]
