"""What lies in a connection's model already: its shards, and the names that people gave to sources of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ktx_core.scan.shapes import Entry, at, mappings_in
from ktx_runtime.api import KtxError
from semantic_layer.generation import ScannedColumn, ScannedTable
from semantic_layer.loader.discover import SHARDS, discover
from semantic_layer.loader.overlay import is_overlay
from semantic_layer.loader.parsed import parse_content


@dataclass(frozen=True, slots=True)
class Shard:
    """A scanned table as its file has it. `file` is relative to the connection's directory."""

    file: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Model:
    """`shards` by source, `texts` of their files, `written` people's own sources by name, `overlays` by name alone."""

    directory: Path
    shards: Mapping[str, Shard]
    texts: Mapping[str, str]
    written: Mapping[str, Entry]
    overlays: frozenset[str]
    files: frozenset[str]


def read_model(directory: Path) -> Model:
    """Read what is there; nothing is there where the directory is not.

    Raises `KtxError` (`shard-unreadable`) for a shard that cannot be read: what it holds would be scanned twice.
    """
    shards: dict[str, Shard] = {}
    texts: dict[str, str] = {}
    own: dict[str, Entry] = {}
    overlays: set[str] = set()
    found = discover(directory) if directory.is_dir() else ()
    for file in found:
        content = file.path.read_bytes()
        parsed = parse_content(content, file=file.name)
        if file.is_shard:
            if parsed.problems:
                raise KtxError(
                    f"a shard cannot be read: {directory.name}/{parsed.problems[0]}",
                    code="shard-unreadable",
                    hint="mend the file, or remove it to have its tables scanned anew",
                )
            texts[file.name] = content.decode("utf-8-sig")
            tables = at(parsed.document, "tables")
            for name, entry in tables.items() if isinstance(tables, dict) else ():
                if isinstance(entry, dict):
                    shards.setdefault(name, Shard(file.name, entry))
            continue
        entries = parsed.document if isinstance(parsed.document, list) else [parsed.document]
        for entry in mappings_in(entries):
            name = str(entry.get("name"))
            if is_overlay(entry):
                overlays.add(name)
            else:
                own.setdefault(name, entry)
    return Model(directory, shards, texts, own, frozenset(overlays), frozenset(file.name for file in found))


def parts_of_reference(reference: str, dialect: str) -> tuple[str, ...]:
    """The parts of a table's name as a model writes it: bare where nothing in it is syntax, and dots separate."""
    from sqlglot import exp  # noqa: PLC0415 - heavy
    from sqlglot.errors import SqlglotError  # noqa: PLC0415 - as above

    from semantic_layer.sqlglot_dialect import sqlglot_dialect  # noqa: PLC0415 - as above

    try:
        table = exp.to_table(reference, dialect=sqlglot_dialect(dialect))
    except (SqlglotError, ValueError):
        return tuple(reference.split("."))
    parts = tuple(part.name for part in table.parts)
    whole = all(parts) and not table.alias  # `my people` is no table `my` that is called `people`
    return parts if whole else tuple(reference.split("."))


def as_scanned(entry: Entry, dialect: str) -> ScannedTable:
    """The table of a shard, as far as joins to it need to know."""
    parts = parts_of_reference(str(entry.get("table")), dialect)
    columns = tuple(
        ScannedColumn(str(column.get("name")), str(column.get("type") or ""), column.get("pk") is True)
        for column in mappings_in(entry.get("columns"))
    )
    padded = (None, None, *parts)[-3:]
    return ScannedTable(str(padded[2]), columns, padded[0], padded[1])


def shard_file(directory: str) -> str:
    """The name of a shard of the table's own."""
    return f"{SHARDS}/{directory}.yaml"
