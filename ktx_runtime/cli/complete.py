"""`ktx complete` where the controller is asked: the framework's own words here, all others of the worker.

Nothing is ever installed for it, and nothing said on stderr: it is asked at the press of a key.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.commands import declared_catalogues, declared_commands
from ktx_runtime.cli.framework import verb_group
from ktx_runtime.completion.candidates import Candidate, Candidates, candidates, typed
from ktx_runtime.completion.parser import complete_parser
from ktx_runtime.completion.shells import SHELLS
from ktx_runtime.registry.reserved import FRAMEWORK_COMMANDS
from ktx_runtime.state.readiness import assess


def complete(arguments: Sequence[str], call: Call) -> int:
    """Print what could stand where the line ends. The exit code is 0."""
    words, current = typed(arguments)
    manifest = assess(call.host.paths, wheel_sha256=None).manifest
    if words and words[0] not in FRAMEWORK_COMMANDS and manifest is not None:
        from ktx_runtime.cli.dispatch import hand_over  # noqa: PLC0415 - only where a worker is asked

        return hand_over(manifest, ("complete", "--", *words, current), call)
    try:
        call.stdout.write(_complete(words, current, call).lines())
    except Exception:  # noqa: BLE001 - nobody reads a message now
        return 0
    return 0


def _complete(words: Sequence[str], current: str, call: Call) -> Candidates:
    if not words or words[0] not in FRAMEWORK_COMMANDS:
        return _command_words(words, call).beginning_with(current)
    if words[0] == "completion":
        return candidates(SHELLS if len(words) == 1 else ()).beginning_with(current)
    group = verb_group(words[0])
    if len(words) == 1:
        verbs = candidates(Candidate(verb, summary) for verb, summary in group.verbs.items())
        return verbs.beginning_with(current)
    if words[1] not in group.verbs:
        return Candidates()

    def values_of(action: argparse.Action, said: Mapping[str, str], begun: str) -> Iterable[Candidate] | None:
        del begun
        if action.dest == "feature":
            return _features(call)
        if action.dest == "plugin" and said.get("action") == "remove":
            return _plugins(call)
        return None

    return complete_parser(group.parser(words[1], call), words[2:], current, values_of=values_of)


def _command_words(words: Sequence[str], call: Call) -> Candidates:
    """The next word of every command, installed or not, that begins with `words`."""
    found = dict(FRAMEWORK_COMMANDS) if not words else {}
    for command in declared_commands(call, assess(call.host.paths, wheel_sha256=None).manifest):
        verbs = ((f"{command.name} {verb}", summary) for verb, summary in command.verbs.items())
        for name, summary in ((command.name, command.summary), *verbs):
            *before, word = name.split()[: len(words) + 1]
            if before == list(words) and len(name.split()) > len(words):
                # A word that only begins a name, such as `setup`, has no summary of its own.
                found[word] = summary if name.split() == [*words, word] else found.get(word, "")
    return candidates(Candidate(word, summary) for word, summary in sorted(found.items()))


def _features(call: Call) -> Iterable[Candidate]:
    manifest = assess(call.host.paths, wheel_sha256=None).manifest
    known = {
        entry.feature.name: entry.feature.summary
        for catalogue in declared_catalogues(call, manifest)
        for entry in catalogue.features
    }
    return [Candidate(name, summary) for name, summary in sorted(known.items())]


def _plugins(call: Call) -> Iterable[Candidate]:
    from ktx_runtime.state.plugins import read_wanted_plugins  # noqa: PLC0415 - only for one verb

    return [Candidate(plugin.distribution) for plugin in read_wanted_plugins(call.host.paths.plugins_file).plugins]
