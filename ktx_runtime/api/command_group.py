"""A command with verbs behind it: `ktx sl query`, `ktx sl list`. Each verb's code is imported when it is called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from ktx_runtime.api.command import CommandHandler, Invocation
from ktx_runtime.api.commandline import describing
from ktx_runtime.api.errors import UsageError
from ktx_runtime.api.near import near_names
from ktx_runtime.api.reference import CodeReference, resolve_reference
from ktx_runtime.api.safe_text import plain_text

_HELP = (("-h",), ("--help",))


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
        if (not words or words[0].startswith("-")) and self.default is not None:
            words = (self.default, *words)
        verb, rest = words[0] if words else "", words[1:]
        if verb not in self.verbs:
            near = near_names(verb, self.verbs)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(self.verbs)}"
            said = f"unknown command: {self.name} {plain_text(verb)}" if verb else f"no verb after {self.name}"
            raise UsageError(said, hint=hint, details={"near": list(near)})
        handler = cast("CommandHandler", resolve_reference(self.verbs[verb][0]))
        return handler(replace(invocation, arguments=rest))

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
