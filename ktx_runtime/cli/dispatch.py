"""From the words of a feature's command to the worker that runs it, with the feature installed on the way."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.commands import declared_commands, find_command
from ktx_runtime.cli.progress import progress_listener
from ktx_runtime.cli.words import answers, read_words
from ktx_runtime.install.ensure import ensure_runtime
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.install.request import InstallRequest
from ktx_runtime.registry.reserved import FRAMEWORK_COMMANDS
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.readiness import assess

WORKER = "ktx_daemon"


def run_command(argv: Sequence[str], call: Call) -> int:
    """Run a feature's command: install the feature if it is not there and that is agreed to, then hand over.

    On POSIX the worker takes the place of this process; elsewhere its exit code is returned.
    """
    words = read_words(argv)
    found = assess(call.host.paths, wheel_sha256=promised_sha256(call.host.environment))
    feature = find_command(words.command, found.manifest.commands) if found.manifest else None
    if feature is None:
        feature = _declared_feature(words.command, call, found.manifest)
    asked = answers(
        yes=words.yes,
        no_input=words.no_input,
        interactive=call.interactive,
        environment=call.host.environment,
    )
    ensured = ensure_runtime(
        InstallRequest(features=(feature,), answers=asked),
        host=call.host,
        ask=call.ask,
        listener=progress_listener(call, style=None),
    )
    return hand_over(ensured.manifest, words.command, call)


def _declared_feature(words: Sequence[str], call: Call, manifest: Manifest | None) -> str:
    known = declared_commands(call, manifest)
    feature = find_command(words, {command.name: command.feature for command in known})
    if feature is None:
        _refuse(words, [command.name for command in known], call)
    return feature


def _refuse(words: Sequence[str], known: Sequence[str], call: Call) -> NoReturn:
    from ktx_runtime.api.errors import UsageError  # noqa: PLC0415 - only where a call fails

    said = " ".join(word for word in words[:2] if not word.startswith("-")) or words[0]
    names = {*FRAMEWORK_COMMANDS, *known}
    near = difflib.get_close_matches(said, names, n=3, cutoff=0.6) or difflib.get_close_matches(
        words[0], names | {name.split(" ")[0] for name in known}, n=3, cutoff=0.6
    )
    suggestion = " or ".join(call.host.command(*name.split()) for name in near)
    raise UsageError(
        f"there is no command {said}",
        code="unknown-command",
        hint=f"did you mean {suggestion}?" if near else f"run: {call.host.command('--help')}",
        details={"near": near},
    )


def hand_over(manifest: Manifest, words: Sequence[str], call: Call) -> int:
    """Let the worker of the current generation run `words`."""
    argv = [manifest.python.executable, "-I", "-m", WORKER, "run", *words]
    environment = call.host.clean_environment()
    call.stdout.flush()
    call.stderr.flush()
    if os.name == "posix":
        os.execve(argv[0], argv, environment)  # noqa: S606 - no shell is wanted
    try:
        return subprocess.call(argv, env=environment, stdin=sys.stdin)
    except KeyboardInterrupt:
        # The worker has had it too, and told.
        return 130
