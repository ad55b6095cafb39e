"""`ktx sl read`: one source, with all that it offers to queries."""

from collections.abc import Sequence

from ktx_core.rendering import render_table
from ktx_core.sl.model import OpenModel, open_model, warn_of_problems
from ktx_core.sl.options import add_consent_options, add_json_option, add_project_options
from ktx_runtime.api import (
    CommandParser,
    Invocation,
    KtxError,
    Namespace,
    completed_by,
    near_names,
    plain_text,
    success_envelope,
)
from semantic_layer.members import Item, described, is_public, items


def run(invocation: Invocation) -> int:
    """Show one source."""
    parser = CommandParser(
        invocation,
        "sl read",
        summary="show one source with all that it offers",
        description="What is shown is the source as queries see it: a scanned table with its overlay applied.",
        examples=(("sl read orders", "The measures, dimensions, segments and joins of orders:"),),
    )
    source = parser.add_argument("source", metavar="SOURCE", help="the source's name")
    completed_by(source, "ktx_core.sl.completing:sources")
    add_json_option(parser)
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_read)
    return parser.dispatch()


def _read(invocation: Invocation, options: Namespace) -> int:
    model = open_model(invocation, options)
    source = find_source(model, options.source)
    position = model.loaded.locate(str(source["name"]))
    file = str(model.project.model_directory(model.entry.id) / str(position)) if position else None
    if options.json:
        answer = {"connectionId": model.entry.id, "file": file, "source": source}
        invocation.stdout.write(success_envelope("sl read", answer))
        return 0
    terminal = invocation.terminal
    width = terminal.width if terminal.stdout_is_terminal else None
    pieces = [_head(source, file)]
    for title, headers, rows in _tables(source):
        if rows:
            pieces.append(f"\n{title}\n" + render_table(headers, rows, width=width, color=terminal.color).text)
    invocation.stdout.write("".join(pieces))
    warn_of_problems(model, invocation)
    return 0


def find_source(model: OpenModel, name: str) -> dict[str, object]:
    """The source called `name`. Raises `KtxError` (code `source-unknown`) with near names."""
    names = {str(source["name"]): source for source in model.sources}
    if name in names:
        return names[name]
    near = near_names(name, names)
    raise KtxError(
        f"connection {model.entry.id} has no source called {plain_text(name)}",
        code="source-unknown",
        hint=f"did you mean {' or '.join(near)}?" if near else "run: ktx sl list",
        details={"near": list(near)},
    )


def _head(source: Item, file: str | None) -> str:
    grain = source.get("grain")
    lines = [
        str(source["name"]),
        f"  {described(source) or 'no description'}",
        f"  table: {source['table']}" if source.get("table") else "  a query of its own",
        f"  one row per: {', '.join(map(str, grain)) if isinstance(grain, list | tuple) else 'unknown'}",
        *([f"  file: {file}"] if file else []),
    ]
    return plain_text("\n".join(lines)) + "\n"


def _tables(source: Item) -> list[tuple[str, Sequence[str], list[tuple[object, ...]]]]:
    measures: list[tuple[object, ...]] = [
        (item["name"], _expression(item), described(item) or "") for item in items(source, "measures")
    ]
    segments: list[tuple[object, ...]] = [
        (item["name"], item.get("expr") or "", described(item) or "") for item in items(source, "segments")
    ]
    dimensions: list[tuple[object, ...]] = [
        (item["name"], item.get("type") or "", item.get("expr") or "", described(item) or "")
        for item in items(source, "columns")
        if is_public(item)
    ]
    joins = source.get("joins")
    joined: list[tuple[object, ...]] = [
        (join.get("alias") or join.get("to"), join.get("to"), join.get("on"), join.get("relationship"))
        for join in (joins if isinstance(joins, list | tuple) else ())
        if isinstance(join, dict)
    ]
    return [
        ("measures", ("name", "expression", "description"), measures),
        ("dimensions", ("name", "type", "expression", "description"), dimensions),
        ("segments", ("name", "expression", "description"), segments),
        ("joins", ("as", "to", "on", "relationship"), joined),
    ]


def _expression(measure: Item) -> str:
    """What a measure aggregates, and the rows that it leaves out."""
    filtered = measure.get("segments")
    only = [str(name) for name in filtered] if isinstance(filtered, list | tuple) else []
    only += [str(measure["filter"])] if measure.get("filter") else []
    return f"{measure.get('expr') or ''}{' where ' if only else ''}{' and '.join(only)}"
