"""Asks the demo's model the way the product does: loader, compiler, driver."""

from collections.abc import Mapping
from dataclasses import dataclass

from ktx_runtime.api import DatabaseSession, Rows
from semantic_layer import compile_query


@dataclass(frozen=True, slots=True)
class Asker:
    """A model and a database to ask."""

    sources: tuple[Mapping[str, object], ...]
    session: DatabaseSession

    def ask(self, **query: object) -> Rows:
        """The rows of a query. Raises `SemanticError` where the compiler refuses it."""
        compiled = compile_query(self.sources, query, dialect="sqlite")
        return self.session.fetch(compiled.to_wire()["sql"], max_rows=1_000_000, timeout_seconds=60)

    def measures_of(self, source: Mapping[str, object]) -> list[str]:
        """Qualified names of a source's measures."""
        return [f"{source['name']}.{measure['name']}" for measure in source.get("measures", ())]

    def dimensions(self) -> list[str]:
        """Every column that a query may name, by source and by role."""
        by_name = {source["name"]: source for source in self.sources}
        roles = {name: name for name in by_name}
        for source in self.sources:
            roles.update({join["alias"]: join["to"] for join in source.get("joins", ()) if join.get("alias")})
        return [
            f"{role}.{column['name']}"
            for role, name in roles.items()
            for column in by_name[name]["columns"]
            if column.get("visibility", "public") == "public"
        ]
