"""What compiling a query gives."""

from collections.abc import Mapping

from semantic_layer.frozen import frozen


@frozen
class QueryWarning:
    """Something the reader of the numbers should know. `code` is stable and kebab-case."""

    code: str
    message: str

    def to_wire(self) -> dict[str, object]:
        return {"code": self.code, "message": self.message}


@frozen
class OutputColumn:
    """One column of the answer. `name` is for people and programs, `alias` is what the SQL calls it."""

    name: str
    provenance: str
    expr: str
    alias: str
    description: str | None = None
    granularity: str | None = None

    def to_wire(self) -> dict[str, object]:
        return {
            "name": self.name,
            "provenance": self.provenance,
            "expr": self.expr,
            "description": self.description,
            "granularity": self.granularity,
            "alias": self.alias,
        }


@frozen
class CompiledQuery:
    """SQL for one dialect and everything that was decided on the way.

    `plan` and `lineage` are JSON-ready, with the keys of the wire contract. When `plan["limit"]` is a number,
    the SQL stops there; whoever runs it compiles the query for one row more to see whether rows were cut.
    """

    sql: str
    dialect: str
    columns: tuple[OutputColumn, ...]
    plan: Mapping[str, object]
    lineage: Mapping[str, object]
    warnings: tuple[QueryWarning, ...] = ()
    parameters: tuple[object, ...] = ()

    def to_wire(self) -> dict[str, object]:
        """The response of `semantic-query`, key by key."""
        return {
            "sql": self.sql,
            "dialect": self.dialect,
            "columns": [column.to_wire() for column in self.columns],
            "plan": _copied(self.plan),
            "warnings": [warning.to_wire() for warning in self.warnings],
            "parameters": list(self.parameters),
            "lineage": _copied(self.lineage),
        }


def _copied(value: object) -> object:
    """A compiled query is kept and shared; what a caller does to an answer stays with that answer."""
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
