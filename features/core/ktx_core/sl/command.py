"""`ktx sl`: finds the verb, and imports nothing of the others."""

from dataclasses import replace
from typing import cast

from ktx_runtime.api import CommandHandler, Invocation, UsageError, near_names, plain_text, resolve_reference

VERBS: dict[str, tuple[str, str]] = {
    "list": ("ktx_core.sl.listing:run", "list the sources of a model"),
    "search": ("ktx_core.sl.search:run", "find measures, dimensions and sources by words"),
    "read": ("ktx_core.sl.reading:run", "show one source with all that it offers"),
    "validate": ("ktx_core.sl.validating:run", "check a model and say where it is off"),
    "query": ("ktx_core.sl.query:run", "compile a semantic query, and run it with --execute"),
    "generate": ("ktx_core.sl.generating:run", "write sources from what a database says of its tables"),
    "graph": ("ktx_core.sl.graph:run", "show how the sources join"),
}
"""Each verb's handler and summary, in the order of the help."""


def run(invocation: Invocation) -> int:
    """Run the verb that the first word names; without one, list the sources."""
    words = invocation.arguments
    if words[:1] in (("-h",), ("--help",)):
        invocation.stdout.write(_help(invocation.program))
        return 0
    if not words or words[0].startswith("-"):
        words = ("list", *words)
    verb, rest = words[0], words[1:]
    if verb not in VERBS:
        near = near_names(verb, VERBS)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(VERBS)}"
        raise UsageError(f"unknown command: sl {plain_text(verb)}", hint=hint, details={"near": list(near)})
    handler = cast("CommandHandler", resolve_reference(VERBS[verb][0]))
    return handler(replace(invocation, arguments=rest))


def _help(program: str) -> str:
    width = max(map(len, VERBS))
    lines = [f"  {verb:<{width}}  {summary}" for verb, (_, summary) in VERBS.items()]
    return "\n".join(
        [
            f"usage: {program} sl [<verb>] …",
            "",
            "Measures by dimensions from a model of your database.",
            "",
            "verbs:",
            *lines,
            "",
            f"`{program} sl <verb> --help` tells more.",
            "",
        ]
    )
