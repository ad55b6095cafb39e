"""Nothing is installed silently: each cell of the table, the asking ones in a real terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import time

import pytest

from tests.npm.package import Launcher

INSTALL = ("runtime", "install")
QUERY = ("sl", "list")


@pytest.mark.parametrize("words", [INSTALL, QUERY, (*QUERY, "--no-input"), (*INSTALL, "--no-input")])
def test_where_nobody_can_be_asked_the_exact_command_is_told(equipped: Launcher, words: tuple[str, ...]) -> None:
    done = equipped.run(*words)
    assert done.exit_code == 4
    assert done.stdout == ""
    assert done.stderr.endswith("run: ktx runtime install --yes\n")
    assert equipped.created() == []


def test_the_command_told_keeps_what_the_user_asked_for(equipped: Launcher) -> None:
    done = equipped.run("runtime", "install", "--feature", "local-embeddings", "--no-input")
    assert done.stderr.endswith("run: ktx runtime install --feature local-embeddings --yes\n")


def test_under_npx_the_command_told_is_npxs(equipped: Launcher, tmp_path) -> None:
    cache = tmp_path / "npm" / "_npx" / "0123456789abcdef" / "node_modules" / "@kaelio"
    cache.mkdir(parents=True)
    (cache / "ktx").symlink_to(equipped.package)
    argv = [equipped.argv[0], str(cache / "ktx" / "dist" / "bin.js")]
    done = Terminal(equipped, *QUERY, "--no-input", argv=argv).read_to_end()
    assert done.text.endswith("run: npx @kaelio/ktx runtime install --yes\r\n")


class Terminal:
    """The launcher in a pseudo-terminal of its own."""

    def __init__(self, launcher: Launcher, *words: str, argv: list[str] | None = None) -> None:
        command = [*(argv or launcher.argv), *words]
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(launcher.work)
            os.execve(command[0], command, launcher.environment())  # noqa: S606 - argv of our own
        self.text = ""
        self.exit_code: int | None = None

    def read_until(self, wanted: str, *, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while wanted not in self.text:
            assert self._read(end), self.text

    def read_to_end(self, *, seconds: float = 120) -> Terminal:
        end = time.monotonic() + seconds
        while self._read(end):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.descriptor)
        self.exit_code = os.waitstatus_to_exitcode(status)
        return self

    def type(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self.descriptor], [], [], max(0, end - time.monotonic()))
        if not ready:
            os.kill(self.pid, signal.SIGKILL)
            return False
        try:
            chunk = os.read(self.descriptor, 4096)
        except OSError:  # the other side is closed
            return False
        self.text += chunk.decode(errors="replace")
        return bool(chunk)


def test_on_a_terminal_the_question_names_what_is_downloaded_and_a_no_changes_nothing(launcher: Launcher) -> None:
    terminal = Terminal(launcher, *QUERY)
    terminal.read_until("Install now? [Y/n]")
    assert "uv 0.13.9, the installer: 18 MB" in terminal.text
    assert "core (semantic queries" in terminal.text
    assert str(launcher.root) in terminal.text
    terminal.type("n\n")
    terminal.read_to_end()
    assert terminal.exit_code == 4
    assert "run: ktx runtime install --yes" in terminal.text
    assert launcher.created() == []


def test_the_end_of_input_is_a_no(equipped: Launcher) -> None:
    terminal = Terminal(equipped, *QUERY)
    terminal.read_until("[Y/n]")
    terminal.type("\x04")
    assert terminal.read_to_end().exit_code == 4
    assert equipped.created() == []


def test_an_interrupted_question_ends_as_interrupted(equipped: Launcher) -> None:
    terminal = Terminal(equipped, *QUERY)
    terminal.read_until("[Y/n]")
    terminal.type("\x03")
    assert terminal.read_to_end().exit_code == 130
    assert equipped.created() == []


def test_with_no_input_not_even_a_terminal_is_asked(equipped: Launcher) -> None:
    terminal = Terminal(equipped, *QUERY, "--no-input").read_to_end()
    assert terminal.exit_code == 4
    assert "[Y/n]" not in terminal.text


def test_a_yes_is_asked_for_once_and_installs(equipped: Launcher) -> None:
    terminal = Terminal(equipped, *INSTALL)
    terminal.read_until("[Y/n]")
    terminal.type("\n")
    terminal.read_to_end()
    assert terminal.exit_code == 0, terminal.text
    assert terminal.text.count("[Y/n]") == 1
    assert equipped.run("runtime", "status").exit_code == 0
