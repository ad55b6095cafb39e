"""From the words of a feature's command to the worker that runs it, with the feature installed on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.commands import KnownCommand, declared_commands, find_command
from ktx_runtime.cli.progress import progress_listener
from ktx_runtime.cli.words import HELP_WORDS, answers, read_words
from ktx_runtime.install.ensure import ensure_runtime
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.install.request import InstallRequest
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
        known = declared_commands(call, found.manifest)
        group = [(one.name, one.summary) for one in known if one.name.startswith(f"{words.command[0]} ")]
        if group and set(words.command[1:]) <= HELP_WORDS:
            from ktx_runtime.cli.overview import group_overview  # noqa: PLC0415 - asks for all commands

            call.stdout.write(group_overview(call, words.command[0], group))
            return 0
        feature = _declared_feature(words.command, known, call)
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


def _declared_feature(words: Sequence[str], known: Sequence[KnownCommand], call: Call) -> str:
    feature = find_command(words, {one.name: one.feature for one in known})
    if feature is None:
        from ktx_runtime.cli.framework import framework_commands  # noqa: PLC0415 - only where a call fails
        from ktx_runtime.cli.refuse import refuse  # noqa: PLC0415

        names = {name for name, _ in framework_commands()} | {one.name for one in known}
        refuse(words, names | {f"{one.name} {verb}" for one in known for verb in one.verbs}, call)
    return feature


def hand_over(manifest: Manifest, words: Sequence[str], call: Call) -> int:
    """Let the worker of the current generation run `words`."""
    flags = ["-I", "-B"] if sys.dont_write_bytecode else ["-I"]
    argv = [manifest.python.executable, *flags, "-m", WORKER, "run", *words]
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
