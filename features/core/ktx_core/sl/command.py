"""`ktx sl`: finds the verb, and imports nothing of the others."""

from ktx_runtime.api import CommandGroup, Invocation

GROUP = CommandGroup(
    "sl",
    "Measures by dimensions from a model of your database.",
    {
        "list": ("ktx_core.sl.listing:run", "list the sources of a model"),
        "search": ("ktx_core.sl.search:run", "find measures, dimensions and sources by words"),
        "read": ("ktx_core.sl.reading:run", "show one source with all that it offers"),
        "validate": ("ktx_core.sl.validating:run", "check a model and say where it is off"),
        "query": ("ktx_core.sl.query:run", "compile a semantic query, and run it with --execute"),
        "generate": ("ktx_core.sl.generating:run", "write sources from what a database says of its tables"),
        "graph": ("ktx_core.sl.graph:run", "show how the sources join"),
    },
    default="list",
)


def run(invocation: Invocation) -> int:
    """Run the verb that the first word names; without one, list the sources."""
    return GROUP.dispatch(invocation)
