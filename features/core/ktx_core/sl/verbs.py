"""What can be done with `ktx sl`: declared before anything is installed, and dispatched by `ktx_core.sl.command`."""

VERBS = {
    "list": "list the sources of a model",
    "search": "find measures, dimensions and sources by words",
    "read": "show one source with all that it offers",
    "validate": "check a model and say where it is off",
    "query": "compile a semantic query, and run it with --execute",
    "generate": "write sources from what a database says of its tables",
    "graph": "show how the sources join",
}
"""Verb to its summary, in the order of the help."""
