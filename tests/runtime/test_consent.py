"""The table of consent, cell by cell; and the same in a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

import pytest

from ktx_runtime.api import Consent, DownloadHint, Feature
from ktx_runtime.install.consent import Decision, consent_questions
from ktx_runtime.install.request import Answers
from tests.runtime.conftest import Ktx

BASIC = Feature(name="basic", summary="what everybody gets", default=True)
MORE = Feature(name="more", summary="with the runtime, when wanted")
LARGE = Feature(
    name="large",
    summary="asks on its own",
    consent=Consent.SEPARATE,
    download=DownloadHint(what="a model", download_mb=1300, disk_mb=90),
)

GRANTED, ASK, REFUSED = Decision.GRANTED, Decision.ASK, Decision.REFUSED


@pytest.mark.parametrize("feature", [BASIC, MORE, LARGE], ids=lambda feature: feature.name)
@pytest.mark.parametrize(
    ("yes", "no_input", "terminal", "decision"),
    [
        (False, False, True, ASK),
        (True, False, True, GRANTED),
        (False, True, True, REFUSED),
        (True, True, True, GRANTED),
        (False, False, False, REFUSED),
        (True, False, False, GRANTED),
        (False, True, False, REFUSED),
        (True, True, False, GRANTED),
    ],
)
def test_the_table_of_consent(
    *, feature: Feature, yes: bool, no_input: bool, terminal: bool, decision: Decision
) -> None:
    (question,) = consent_questions([feature], Answers(yes=yes, no_input=no_input, terminal=terminal))
    assert question.decision is decision


@pytest.mark.parametrize("terminal", [True, False])
def test_consent_given_to_the_launcher_covers_the_default_features_only(*, terminal: bool) -> None:
    answers = Answers(terminal=terminal, runtime_granted=True)
    otherwise = ASK if terminal else REFUSED
    assert [consent_questions([feature], answers)[0].decision for feature in (BASIC, MORE, LARGE)] == [
        GRANTED,
        otherwise,
        otherwise,
    ]
    (both,) = consent_questions([BASIC, MORE], answers)
    assert both.decision is otherwise


def test_features_that_come_with_the_runtime_are_asked_for_at_once_and_others_alone() -> None:
    questions = consent_questions([BASIC, LARGE, MORE], Answers(terminal=True))
    assert [question.features for question in questions] == [("basic", "more"), ("large",)]


def test_the_question_names_what_is_downloaded_and_both_sizes() -> None:
    (question,) = consent_questions([LARGE], Answers(terminal=True))
    assert "large: asks on its own" in question.text
    assert "a model: 1.3 GB to download, 90 MB on disk" in question.text


def test_nothing_to_install_asks_nothing() -> None:
    assert consent_questions([], Answers(terminal=True)) == ()


def _take_terminal() -> None:
    # Only a controlling terminal turns ^C into a signal, and a run in the background hands down that none is wanted.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def converse(ktx: Ktx, *words: str, answers: list[tuple[str, str]], timeout_seconds: float = 60) -> tuple[int, str]:
    """Run `ktx` in a pseudo-terminal; whenever a text of `answers` has been shown, type what belongs to it."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ktx.argv(*words),
        env=ktx.variables | {"TERM": "xterm"},
        cwd=ktx.directory,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - a test has no threads
    )
    os.close(theirs)
    shown = ""
    waiting = list(answers)
    deadline = time.monotonic() + timeout_seconds
    try:
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 0.1)[0]:
                continue
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            shown += chunk.decode()
            if waiting and re.search(waiting[0][0], shown):
                os.write(ours, waiting.pop(0)[1].encode())
        return process.wait(timeout=60), shown
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.mark.runtime
def test_on_a_terminal_the_user_is_asked_and_yes_installs(ktx: Ktx) -> None:
    code, shown = converse(ktx, "alpha", "say", "hello", answers=[(r"Install now\? \[Y/n\] ", "y\n")])
    assert code == 0
    assert "alpha: says a word" in shown
    assert "a word: 1 MB to download, 2 MB on disk" in shown
    assert "[####" in shown
    assert "alpha says hello" in shown


@pytest.mark.runtime
@pytest.mark.parametrize("answer", ["n\n", "\x04"])
def test_on_a_terminal_no_and_end_of_input_install_nothing(ktx: Ktx, answer: str) -> None:
    code, shown = converse(ktx, "alpha", "say", answers=[(r"\[Y/n\] ", answer)])
    assert code == 4
    assert shown.splitlines()[-1] == "hint: run: ktx runtime install --yes"
    assert not ktx.root.exists()


@pytest.mark.runtime
def test_on_a_terminal_a_large_feature_is_asked_for_on_its_own(ktx: Ktx) -> None:
    both = [(r"alpha: says a word[\s\S]*\[Y/n\] ", "y\n"), (r"beta: says more[\s\S]*1.3 GB[\s\S]*\[Y/n\] ", "n\n")]
    code, shown = converse(ktx, "runtime", "install", "--feature", "beta", answers=both)
    assert code == 4
    assert shown.count("[Y/n]") == 2
    assert not ktx.root.exists()


@pytest.mark.runtime
def test_on_a_terminal_no_input_asks_nothing(ktx: Ktx) -> None:
    code, shown = converse(ktx, "alpha", "say", "--no-input", answers=[])
    assert code == 4
    assert "[Y/n]" not in shown


@pytest.mark.runtime
def test_an_interrupt_at_the_question_ends_with_130(ktx: Ktx) -> None:
    code, _ = converse(ktx, "alpha", "say", answers=[(r"\[Y/n\] ", "\x03")])
    assert code == 130
    assert not ktx.root.exists()


@pytest.mark.runtime
def test_consent_of_the_launcher_installs_the_default_features_without_a_question(ktx: Ktx) -> None:
    granted = ktx.with_variables(KTX_CONSENT="granted")
    done = granted.run("alpha", "say", "hello")
    assert done.returncode == 0, done.stderr
    refused = granted.run("beta")
    assert refused.returncode == 4
