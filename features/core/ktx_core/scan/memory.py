"""What the database said at the last scan, by source: with it, a user's change is told from the database's.

It lies beside the shards, under version control like them, so that everybody's next scan knows the same.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from ktx_core.scan.shapes import Entry
from semantic_layer.loader.discover import SHARDS

FILE = f"{SHARDS}/.scanned.json"
_SCHEMA_VERSION = 1


def read_memory(directory: Path) -> dict[str, Entry] | None:
    """The entries by source, None where there are none that can be read (then nobody knows whose a difference is)."""
    try:
        document = json.loads((directory / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(document, dict) or document.get("schemaVersion") != _SCHEMA_VERSION:
        return None
    tables = document.get("tables")
    return tables if isinstance(tables, dict) else None


def memory_text(tables: Mapping[str, Entry]) -> str:
    """The file's text: one line a table, so that two people's scans merge."""
    lines = ",\n".join(
        f"    {json.dumps(name, ensure_ascii=False)}: {json.dumps(tables[name], ensure_ascii=False)}"
        for name in sorted(tables)
    )
    return f'{{\n  "schemaVersion": {_SCHEMA_VERSION},\n  "tables": {{\n{lines}\n  }}\n}}\n'
