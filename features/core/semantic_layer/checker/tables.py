"""Which source a table in the emitted tree is. The emitter says so; what it says of a physical table is compared."""

from sqlglot import exp

from semantic_layer.checker.refusal import unproven
from semantic_layer.expressions import Tree
from semantic_layer.graph import ModelIndex

CLAIM = "source"
"""The key under which the emitter leaves a source's name in a table's `meta`."""


def claimed_source(index: ModelIndex, table: Tree) -> str | None:
    """The source that `table` is said to be; None when it is said to be none."""
    if not isinstance(table, exp.Table):
        return None
    claim = table.meta_get(CLAIM)
    if claim is None:
        return None
    source = index.sources.get(claim)
    if source is None:
        raise unproven(f"a table claims to be {claim!r}, which is no source of the model")
    if source.table is not None and not _is_named(table, source.table):
        raise unproven(f"{table.name!r} claims to be {claim!r}, whose table is {source.table!r}")
    return str(claim)


def _is_named(table: exp.Table, name: str) -> bool:
    """Part by part, quotes aside; `name` may hold dots inside its quotes, so that lengths are compared, too."""
    written = "".join(part.name for part in table.parts)
    declared = "".join(character for character in name if character not in '."`[]')
    return "".join(character for character in written if character not in '."`[]') == declared
