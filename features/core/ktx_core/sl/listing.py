"""`ktx sl list`: the sources of a model."""

from ktx_core.rendering import show_table
from ktx_core.sl.findings import findings_of
from ktx_core.sl.model import OpenModel, load_models, warn_of_problems
from ktx_core.sl.options import add_consent_options, add_json_option, add_project_options
from ktx_runtime.api import CommandParser, Invocation, Namespace, success_envelope
from semantic_layer.members import Item, described, is_public, items

_HEADERS = ("connection", "source", "measures", "dimensions", "segments", "joins", "description")


def run(invocation: Invocation) -> int:
    """List the sources of one connection, or of all."""
    parser = CommandParser(
        invocation,
        "sl list",
        summary="list the sources of a model",
        description="Without --connection-id the sources of all connections are listed.",
    )
    add_json_option(parser)
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_list)
    return parser.dispatch()


def _list(invocation: Invocation, options: Namespace) -> int:
    models = load_models(invocation, options)
    if options.json:
        invocation.stdout.write(success_envelope("sl list", _record(models)))
        return 0
    several = len(models) > 1
    rows = [_row(model, source)[0 if several else 1 :] for model in models for source in model.sources]
    headers = _HEADERS[0 if several else 1 :]
    show_table(headers, rows, invocation)
    for model in models:
        warn_of_problems(model, invocation)
    return 0


def _row(model: OpenModel, source: Item) -> tuple[object, ...]:
    public = [column for column in items(source, "columns") if is_public(column)]
    joins = source.get("joins")
    return (
        model.entry.id,
        source["name"],
        len(items(source, "measures")),
        len(public),
        len(items(source, "segments")),
        len(joins) if isinstance(joins, list | tuple) else 0,
        described(source) or "",
    )


def _record(models: list[OpenModel]) -> dict[str, object]:
    return {
        "sources": [
            {
                "connectionId": model.entry.id,
                "name": source["name"],
                "description": described(source),
                "kind": "sql" if source.get("sql") else "table",
                "table": source.get("table"),
                "grain": source.get("grain", []),
                "measures": [item["name"] for item in items(source, "measures")],
                "dimensions": [item["name"] for item in items(source, "columns") if is_public(item)],
                "segments": [item["name"] for item in items(source, "segments")],
                "joins": [join.get("alias") or join.get("to") for join in _joins(source)],
            }
            for model in models
            for source in model.sources
        ],
        "problems": [found.record() for model in models for found in findings_of(model, ())],
    }


def _joins(source: Item) -> list[Item]:
    joins = source.get("joins")
    return [join for join in joins if isinstance(join, dict)] if isinstance(joins, list | tuple) else []
