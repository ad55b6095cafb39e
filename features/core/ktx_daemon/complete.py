"""`ktx complete`: what could be typed next. Asked by shells at the press of a key; silent whatever fails.

    ktx complete -- sl query --mea        the words behind `ktx`, the last one being the one that is begun
    ktx complete --line "ktx sl que"      the line up to the cursor, for shells that break words in their own way

The options of a command are those of its parser: the command is asked for it, nothing has to be declared twice.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from ktx_daemon.interruption import ThreadInterruption
from ktx_runtime.api import (
    Command,
    CommandGroup,
    CommandHandler,
    CommandParser,
    Completion,
    Invocation,
    resolve_reference,
)
from ktx_runtime.api.commandline import describe_command
from ktx_runtime.api.completion import completer_of
from ktx_runtime.completion.candidates import Candidate, Candidates, candidates, typed
from ktx_runtime.completion.parser import complete_parser
from ktx_runtime.registry import load_catalogue
from ktx_runtime.registry.reserved import FRAMEWORK_COMMANDS

PATIENCE_SECONDS = 3.0
"""How long it may take to find out, a plugin's code included."""

PATIENCE_VARIABLE = "KTX_COMPLETION_SECONDS"
"""Says another, for machines that are slow."""


def run(invocation: Invocation) -> int:
    """Print the candidates. The exit code is 0: a shell has no use for another."""
    words, current = typed(invocation.arguments)
    if words and words[0] in FRAMEWORK_COMMANDS:
        invocation.stdout.write(_asked_of_controller(words, current, invocation))
        return 0
    interruption = ThreadInterruption()
    watch = threading.Timer(_patience_seconds(invocation), interruption.interrupt)
    watch.daemon = True
    watch.start()
    try:
        found = interruption.run(lambda: _complete(words, current, replace(invocation, interruption=interruption)))
        invocation.stdout.write(found.lines())
    except (Exception, KeyboardInterrupt, SystemExit):  # noqa: BLE001 - a plugin's code; nobody reads a message now
        return 0
    finally:
        watch.cancel()
    return 0


def _patience_seconds(invocation: Invocation) -> float:
    try:
        return float(invocation.environment[PATIENCE_VARIABLE])
    except (KeyError, ValueError):
        return PATIENCE_SECONDS


def _asked_of_controller(words: Sequence[str], current: str, invocation: Invocation) -> str:
    """Candidates for the framework's own words, whose parsers are the controller's, which the worker never imports."""
    argv = [sys.executable, "-I", "-m", "ktx_runtime", "complete", "--", *words, current]
    try:
        done = subprocess.run(
            argv,
            env=dict(invocation.environment),
            cwd=invocation.working_directory,
            capture_output=True,
            encoding="utf-8",
            timeout=_patience_seconds(invocation),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _complete(words: Sequence[str], current: str, invocation: Invocation) -> Candidates:
    catalogue = load_catalogue(invocation.environment)
    commands = {name: command for name, (_, command) in catalogue.commands().items()}
    name = next((" ".join(words[:count]) for count in (2, 1) if " ".join(words[:count]) in commands), None)
    if name is None or len(words) < len(name.split()):
        return _command_words(words, commands).beginning_with(current)
    found = _of_command(commands[name], tuple(words[len(name.split()) :]), current, invocation)
    if len(words) == 1:
        # `ktx setup …` may be a command, and the beginning of others.
        more = _command_words(words, commands).beginning_with(current)
        found = Candidates((*more.words, *found.words), found.places)
    return found


def _command_words(words: Sequence[str], commands: Mapping[str, Command]) -> Candidates:
    """The next word of every command that begins with `words`."""
    depth = len(words)
    found = {word: summary for word, summary in FRAMEWORK_COMMANDS.items() if depth == 0}
    for name, command in commands.items():
        parts = name.split()
        if len(parts) > depth and parts[:depth] == list(words):
            is_whole = len(parts) == depth + 1
            found[parts[depth]] = command.summary if is_whole else found.get(parts[depth], "")
    if depth == 0:
        found |= {"--help": "what ktx can do", "--version": "the version of ktx"}
    return candidates(Candidate(word, summary) for word, summary in sorted(found.items()))


def _of_command(command: Command, words: tuple[str, ...], current: str, invocation: Invocation) -> Candidates:
    """What the command, or the verb of it that is named, would take."""
    handler = cast("CommandHandler", resolve_reference(command.handler))
    silent = replace(invocation, stdin=io.StringIO(), stdout=io.StringIO(), stderr=io.StringIO())
    for depth in range(len(words) + 1):
        described = describe_command(handler, replace(silent, arguments=words[:depth]))
        if isinstance(described, CommandParser):
            return _of_parser(described, words[depth:], current, silent)
        if not isinstance(described, CommandGroup):
            return Candidates()
        if depth == len(words):
            verbs = candidates(Candidate(verb, summary) for verb, (_, summary) in described.verbs.items())
            return verbs.beginning_with(current)
    return Candidates()


def _of_parser(parser: CommandParser, words: Sequence[str], current: str, invocation: Invocation) -> Candidates:
    def values_of(action: argparse.Action, said: Mapping[str, str], begun: str) -> Iterable[Candidate] | None:
        completer = completer_of(action)
        if completer is None:
            return None
        values = completer(Completion(begun, said, invocation))
        return [Candidate(value) if isinstance(value, str) else Candidate(*value) for value in values]

    return complete_parser(parser, words, current, values_of=values_of)
