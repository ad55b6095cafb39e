"""`ktx sl search`: measures, dimensions, segments and sources by words."""

from ktx_core.rendering import show_table
from ktx_core.sl.model import OpenModel, load_models, warn_of_problems
from ktx_core.sl.options import add_consent_options, add_json_option, add_project_options, count_argument
from ktx_runtime.api import CommandParser, Invocation, Namespace, success_envelope
from semantic_layer.search import Hit, search

DEFAULT_MOST = 20


def run(invocation: Invocation) -> int:
    """Search one connection's model, or all."""
    parser = CommandParser(
        invocation,
        "sl search",
        summary="find measures, dimensions and sources by words",
        description=(
            "Names count most, then the source's name, descriptions and expressions. The beginning of a word matches; "
            "so does a near spelling, where nothing else does."
        ),
        examples=(("sl search revenue by country", "What the model has about revenue and countries:"),),
    )
    parser.add_argument("words", metavar="WORD", nargs="+", help="what to look for")
    parser.add_argument(
        "--limit",
        type=count_argument,
        default=DEFAULT_MOST,
        metavar="N",
        help=f"hits at most (default: {DEFAULT_MOST})",
    )
    add_json_option(parser)
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_search)
    return parser.dispatch()


def _search(invocation: Invocation, options: Namespace) -> int:
    text = " ".join(options.words)
    models = load_models(invocation, options)
    found = [(model, hit) for model in models for hit in search(model.sources, text, most=options.limit)]
    found = sorted(found, key=lambda pair: -pair[1].score)[: options.limit]
    if options.json:
        record = {"query": text, "hits": [_record(model, hit) for model, hit in found]}
        invocation.stdout.write(success_envelope("sl search", record))
        return 0
    for model in models:
        warn_of_problems(model, invocation)
    if not found:
        invocation.stderr.write(f"nothing found\nhint: run: {invocation.program} sl list\n")
        return 0
    rows = [
        (hit.member.kind, hit.member.qualified, hit.member.description or hit.member.expr or "") for _, hit in found
    ]
    show_table(("kind", "name", "description"), rows, invocation)
    return 0


def _record(model: OpenModel, hit: Hit) -> dict[str, object]:
    member = hit.member
    return {
        "connectionId": model.entry.id,
        "kind": member.kind,
        "name": member.qualified,
        "source": member.source,
        "description": member.description,
        "score": round(hit.score, 4),
    }
