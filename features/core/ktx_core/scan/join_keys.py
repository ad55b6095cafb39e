"""What a join is recognised by: its target and its condition, whatever its alias and spacing."""

from functools import lru_cache

from ktx_core.scan.shapes import Entry


def join_key(join: Entry, dialect: str) -> tuple[str, str]:
    """Equal for joins that mean the same foreign key, also where one has an alias and the other has none."""
    to = str(join.get("to"))
    alias = str(join.get("alias") or to)
    return to, _plain_condition(str(join.get("on")), alias, dialect)


@lru_cache(maxsize=65536)
def _plain_condition(on: str, alias: str, dialect: str) -> str:
    """The condition with its equations in one order and the target's columns called alike."""
    import sqlglot  # noqa: PLC0415 - heavy
    from sqlglot import exp  # noqa: PLC0415 - as above
    from sqlglot.errors import SqlglotError  # noqa: PLC0415 - as above

    from semantic_layer.sqlglot_dialect import sqlglot_dialect  # noqa: PLC0415 - as above

    known = sqlglot_dialect(dialect)
    try:
        tree = sqlglot.parse_one(on, dialect=known)
    except SqlglotError:
        return " ".join(on.split())
    for column in tree.find_all(exp.Column):
        table = column.args.get("table")
        far = table is not None and table.name == alias
        column.set("table", exp.to_identifier("far") if far else None)
        column.this.set("quoted", True)  # noqa: FBT003 - the library's
    parts = tree.flatten() if isinstance(tree, exp.And) else (tree,)
    return " and ".join(sorted(part.sql(dialect=known) for part in parts))
