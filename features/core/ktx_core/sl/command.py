"""`ktx sl`: finds the verb, and imports nothing of the others."""

from ktx_core.sl.verbs import VERBS
from ktx_runtime.api import CommandGroup, Invocation

_HANDLERS = {
    "list": "ktx_core.sl.listing:run",
    "search": "ktx_core.sl.search:run",
    "read": "ktx_core.sl.reading:run",
    "validate": "ktx_core.sl.validating:run",
    "query": "ktx_core.sl.query:run",
    "generate": "ktx_core.sl.generating:run",
    "graph": "ktx_core.sl.graph:run",
}

GROUP = CommandGroup(
    "sl",
    "Measures by dimensions from a model of your database.",
    {verb: (_HANDLERS[verb], summary) for verb, summary in VERBS.items()},
    default="list",
)


def run(invocation: Invocation) -> int:
    """Run the verb that the first word names; without one, list the sources."""
    return GROUP.dispatch(invocation)
