"""A command with verbs behind it: `ktx sl query`, `ktx sl list`. Each verb's code is imported when it is called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn, cast

from ktx_runtime.api.command import CommandHandler, Invocation
from ktx_runtime.api.commandline import describing
from ktx_runtime.api.errors import UsageError
from ktx_runtime.api.near import near_names
from ktx_runtime.api.reference import CodeReference, resolve_reference
from ktx_runtime.api.safe_text import plain_text

_HELP = (("-h",), ("--help",))
_FLAGS_OF_ALL = ("--json", "--yes", "--no-input")


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """`verbs` maps each to its handler and its summary, in the order of the help.

    `name` is what stands after the program's name, `summary` a sentence. `default` is the verb that is meant where none
    is named, if there is one.

        def run(invocation: Invocation) -> int:
            return GROUP.dispatch(invocation)
    """

    name: str
    summary: str
    verbs: Mapping[str, tuple[CodeReference, str]]
    default: str | None = None

    def dispatch(self, invocation: Invocation) -> int:
        """Run the verb that the first word names. Raises `UsageError` for an unknown one, with near names."""
        words = invocation.arguments
        if words[:1] in _HELP:
            describing(self)
            invocation.stdout.write(self._help(invocation.program))
            return 0
        words = self._verb_first(words)
        if (not words or words[0].startswith("-")) and self.default is not None:
            words = (self.default, *words)
        verb, rest = words[0] if words else "", words[1:]
        if verb not in self.verbs:
            self._refuse(verb, invocation.program)
        handler = cast("CommandHandler", resolve_reference(self.verbs[verb][0]))
        return handler(replace(invocation, arguments=rest))

    def _verb_first(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """`--json list` as `list --json`, `-- list` as `list`: only flags that every command has may stand there."""
        if words[:1] == ("--",) and words[1:2] and words[1] in self.verbs:
            return words[1:]
        start = next((index for index, word in enumerate(words) if word not in _FLAGS_OF_ALL), len(words))
        named = start < len(words) and words[start] in self.verbs
        return (words[start], *words[:start], *words[start + 1 :]) if named else words

    def _refuse(self, verb: str, program: str) -> NoReturn:
        if not verb:
            raise UsageError(f"no verb after {self.name}", hint=f"known are: {', '.join(self.verbs)}")
        first, *others = verb.split() or [""]
        # `ktx sl "list --json"`: one argument that should have been two.
        near = [verb] if others and first in self.verbs else list(near_names(verb, self.verbs))
        meant = " or ".join(f"{program} {self.name} {name}" for name in near)
        hint = f"did you mean {meant}?" if near else f"known are: {', '.join(self.verbs)}"
        raise UsageError(f"unknown command: {self.name} {plain_text(verb)}", hint=hint, details={"near": near})

    def _help(self, program: str) -> str:
        width = max(map(len, self.verbs))
        lines = [f"  {verb:<{width}}  {summary}" for verb, (_, summary) in self.verbs.items()]
        return "\n".join(
            [
                f"usage: {program} {self.name} {'[<verb>]' if self.default else '<verb>'} …",
                "",
                self.summary,
                "",
                "verbs:",
                *lines,
                "",
                f"`{program} {self.name} <verb> --help` tells more.",
                "",
            ]
        )
