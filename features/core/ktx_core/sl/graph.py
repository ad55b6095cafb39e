"""`ktx sl graph`: how the sources of a model join."""

from collections.abc import Callable

from ktx_core.sl.model import open_model, warn_of_problems
from ktx_core.sl.options import add_consent_options, add_project_options
from ktx_core.sl.reading import find_source
from ktx_runtime.api import CommandParser, Invocation, Namespace, UsageError, completed_by, success_envelope
from semantic_layer.drawing import to_svg
from semantic_layer.join_graph import JoinGraph, join_graph, to_dot, to_mermaid, to_tree

_TEXTS: dict[str, Callable[[JoinGraph], str]] = {"tree": to_tree, "mermaid": to_mermaid, "dot": to_dot, "svg": to_svg}


def run(invocation: Invocation) -> int:
    """Print the join graph."""
    parser = CommandParser(
        invocation,
        "sl graph",
        summary="show how the sources join",
        description=(
            "An arrow goes from the source that declares the join. many_to_one never repeats a row of its own side; "
            "one_to_many does."
        ),
        examples=(
            ("sl graph", "A tree, the sources that nothing points to first:"),
            ("sl graph --source orders --format mermaid", "What orders reaches, as a Mermaid diagram:"),
        ),
    )
    source = parser.add_argument("--source", metavar="NAME", help="only what this source reaches")
    completed_by(source, "ktx_core.sl.completing:sources")
    parser.add_argument("--format", choices=(*_TEXTS, "json"), help="default: tree")
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_graph)
    return parser.dispatch()


def _graph(invocation: Invocation, options: Namespace) -> int:
    if options.json and options.format not in (None, "json"):
        raise UsageError(f"--json and --format {options.format} exclude each other")
    model = open_model(invocation, options)
    graph = join_graph(model.sources)
    if options.source is not None:
        graph = graph.reached_from(str(find_source(model, options.source)["name"]))
    if options.json or options.format == "json":
        record = {
            "connectionId": model.entry.id,
            "nodes": [{"name": name} for name in graph.nodes],
            "edges": [
                {
                    "from": edge.source,
                    "to": edge.target,
                    "as": edge.role,
                    "on": edge.on,
                    "relationship": edge.relationship,
                }
                for edge in graph.edges
            ],
        }
        invocation.stdout.write(success_envelope("sl graph", record))
        return 0
    invocation.stdout.write(_TEXTS[options.format or "tree"](graph))
    warn_of_problems(model, invocation)
    return 0
