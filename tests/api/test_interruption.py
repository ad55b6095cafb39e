# ruff: noqa: PT012 - what is interrupted is a block
"""Work hears that nobody waits for it, and a call that only another thread can end is ended."""

import threading
import time

import pytest

from ktx_runtime.api import Interruption

PATIENCE_SECONDS = 60


def test_a_call_is_ended_from_another_thread_and_the_block_ends_with_an_interrupt():
    interruption, ended = Interruption(), threading.Event()
    callers = []

    def cancel():
        callers.append(threading.get_ident())
        ended.set()

    threading.Timer(0.05, interruption.interrupt).start()
    with pytest.raises(KeyboardInterrupt), interruption.calling(cancel):
        assert ended.wait(PATIENCE_SECONDS)
    assert callers
    assert threading.get_ident() not in callers
    assert interruption.happened


def test_what_an_interrupted_call_fails_with_does_not_matter():
    interruption = Interruption()
    with pytest.raises(KeyboardInterrupt) as caught, interruption.calling(lambda: None):
        interruption.interrupt()
        raise ValueError("the query was cancelled by an administrator")
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_failure_of_its_own_stays_what_it_is():
    with pytest.raises(ValueError, match="bad"), Interruption().calling(lambda: None):
        raise ValueError("bad")


def test_a_block_is_not_begun_when_the_interruption_came_before():
    interruption = Interruption()
    interruption.interrupt()
    with pytest.raises(KeyboardInterrupt), interruption.calling(lambda: None):
        pytest.fail("begun")


def test_an_attempt_that_comes_too_early_is_made_again():
    interruption, attempts, ended = Interruption(), [], threading.Event()

    def cancel():
        attempts.append(1)
        if len(attempts) == 3:
            ended.set()

    with pytest.raises(KeyboardInterrupt), interruption.calling(cancel):
        interruption.interrupt()
        assert ended.wait(PATIENCE_SECONDS)


def test_a_cancel_that_fails_is_passed_over_and_tried_again():
    interruption, ended = Interruption(), threading.Event()
    failures = iter([RuntimeError("not now")])

    def cancel():
        for failure in failures:
            raise failure
        ended.set()

    with pytest.raises(KeyboardInterrupt), interruption.calling(cancel):
        interruption.interrupt()
        assert ended.wait(PATIENCE_SECONDS)


def test_nothing_is_called_once_the_block_is_left_and_what_runs_is_waited_for():
    interruption, begun, closed = Interruption(), threading.Event(), threading.Event()
    wrong = []

    def cancel():
        begun.set()
        time.sleep(0.1)
        if closed.is_set():
            wrong.append("called on what is closed")

    with pytest.raises(KeyboardInterrupt), interruption.calling(cancel):
        interruption.interrupt()
        assert begun.wait(PATIENCE_SECONDS)
    closed.set()
    time.sleep(0.3)
    assert wrong == []


def test_blocks_within_blocks_are_all_ended():
    interruption, outer, inner = Interruption(), threading.Event(), threading.Event()
    with pytest.raises(KeyboardInterrupt), interruption.calling(outer.set), interruption.calling(inner.set):
        interruption.interrupt()
        assert outer.wait(PATIENCE_SECONDS)
        assert inner.wait(PATIENCE_SECONDS)
