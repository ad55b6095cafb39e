"""Explores to joins between views."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ktx_lookml.dimensions import Columns
from ktx_lookml.files import Block
from ktx_lookml.inherit import Family
from ktx_lookml.refusal import NotCarriedOver, refuse_liquid
from ktx_lookml.wire import Join

_RELATIONSHIPS: dict[str, Literal["many_to_one", "one_to_many", "one_to_one"]] = {
    "many_to_one": "many_to_one",
    "one_to_many": "one_to_many",
    "one_to_one": "one_to_one",
}
_RESTRICTING = (
    "sql_always_where",
    "always_filter",
    "sql_always_having",
    "access_filter",
    "access_filters",
    "conditionally_filter",
)
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_PLACEHOLDER = "ktx__reference_"


@dataclass(frozen=True, slots=True)
class Known:
    """A view that was understood: its columns, and the names of its grain."""

    columns: Columns
    grain: tuple[str, ...]


@dataclass(slots=True)
class Joined:
    """Joins in the order of the explores, none twice."""

    joins: list[Join] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def joins_of(explores: Family, views: Mapping[str, Known], dialect: str) -> Joined:
    """The joins of every explore."""
    joined = Joined(warnings=list(explores.warnings))
    for name in explores.names:
        try:
            explore = explores.resolve(name)
        except NotCarriedOver as why:
            joined.warnings.append(f"explore {name} is left out: {why}")
            continue
        restricting = [key for key in _RESTRICTING if key in explore]
        if restricting:
            joined.warnings.append(f"explore {name} has {', '.join(restricting)}, which is not carried over")
        try:
            _Explore(name, explore, views, dialect).add_to(joined)
        except Exception as error:  # noqa: BLE001 - as for a view: whatever its shape is, the others go on
            joined.warnings.append(f"explore {name} is left out: it is not understood ({type(error).__name__})")
    return joined


class _Explore:
    """`roles` are the names that the explore gives to views."""

    def __init__(self, name: str, explore: Block, views: Mapping[str, Known], dialect: str) -> None:
        self._name = name
        self._views = views
        self._dialect = dialect
        self._base = str(explore.get("view_name") or name)
        self._joins: list[Block] = list(explore.get("joins", ()))
        self._roles = {self._base: str(explore.get("from") or self._base)}
        self._roles |= {str(join.get("name")): str(join.get("from") or join.get("name")) for join in self._joins}

    def add_to(self, joined: Joined) -> None:
        for join in self._joins:
            told = f"explore {self._name}, join {join.get('name')}"
            try:
                made = self._join(join)
            except NotCarriedOver as why:
                joined.warnings.append(f"{told}: left out: {why}")
                continue
            restricting: list[str] = [key for key in ("sql_where", "required_access_grants") if key in join]
            if str(join.get("type", "left_outer")) != "left_outer":
                restricting.append(f"type {join['type']}")
            if restricting:
                joined.warnings.append(f"{told}: {', '.join(restricting)} is not carried over")
            _keep(made, joined, told)

    def _join(self, join: Block) -> Join:
        role = str(join.get("name"))
        view = self._roles[role]
        if view not in self._views:
            raise NotCarriedOver(f"view {view} is not there, or is left out")
        if str(join.get("type")) == "cross":
            raise NotCarriedOver("type cross")
        relationship = str(join.get("relationship", "many_to_one"))
        if relationship not in _RELATIONSHIPS:
            raise NotCarriedOver(f"relationship {relationship}")
        if "foreign_key" in join:
            near, on = self._by_foreign_key(str(join["foreign_key"]), role)
        elif "sql_on" in join:
            near, on = self._by_condition(str(join["sql_on"]), role)
        elif "sql" in join:
            raise NotCarriedOver("a join written as sql")
        else:
            raise NotCarriedOver("neither sql_on nor foreign_key")
        return Join(
            source_view=self._roles[near],
            to=view,
            alias=role if role != view else None,
            on=on.sql(dialect=self._dialect, comments=False),
            relationship=_RELATIONSHIPS[relationship],
        )

    def _by_foreign_key(self, text: str, role: str) -> tuple[str, exp.Expr]:
        near, dot, name = text.rpartition(".")
        near = near if dot else self._base
        grain = self._views[self._roles[role]].grain
        if len(grain) != 1:
            raise NotCarriedOver(f"foreign_key to {self._roles[role]}, which has no primary key of one column")
        target = self._views[self._roles[role]].columns.expressions.column(grain[0])
        target.set("table", self._qualifier(role))
        return near, exp.EQ(this=self._column(near, name), expression=target)

    def _by_condition(self, text: str, role: str) -> tuple[str, exp.Expr]:
        refuse_liquid(text, where="sql_on")
        references: list[tuple[str, str]] = []

        def placeholder(found: re.Match[str]) -> str:
            view, dot, name = found[1].strip().partition(".")
            if not dot or view not in self._roles:
                raise NotCarriedOver(f"sql_on refers to {found[1]}, which is of no view of the explore")
            references.append((view, name))
            return f"{_PLACEHOLDER}{len(references) - 1}"

        replaced = _REFERENCE.sub(placeholder, text)
        near = {view for view, _ in references} - {role}
        if len(near) != 1 or not any(view == role for view, _ in references):
            told = ", ".join(sorted(view for view, _ in references)) or "nothing"
            raise NotCarriedOver(f"sql_on does not connect two views, but {told}")
        try:
            tree = sqlglot.parse_one(f"SELECT 1 WHERE {replaced}", dialect=self._dialect).args["where"].this
        except (SqlglotError, KeyError, AttributeError):
            raise NotCarriedOver("sql_on cannot be parsed") from None
        if tree.find(exp.Query):
            raise NotCarriedOver("a subquery in sql_on")
        holder = exp.Paren(this=tree)
        for column in list(holder.find_all(exp.Column)):
            if not column.name.startswith(_PLACEHOLDER):
                raise NotCarriedOver(f"sql_on names a column without its view: {column.sql()}")
            view, name = references[int(column.name.removeprefix(_PLACEHOLDER))]
            column.replace(self._column(view, name, qualified=view == role))
        return near.pop(), holder.this

    def _column(self, role: str, name: str, *, qualified: bool = False) -> exp.Column:
        view = self._roles.get(role)
        if view is None or view not in self._views:
            raise NotCarriedOver(f"view {view or role} is not there, or is left out")
        column = self._views[view].columns.column(name)
        if qualified:
            column.set("table", self._qualifier(role))
        return column

    def _qualifier(self, role: str) -> exp.Identifier:
        identifier: exp.Identifier = self._views[self._roles[role]].columns.expressions.column(role).this
        return identifier


def _keep(join: Join, joined: Joined, told: str) -> None:
    """A join that several explores declare is one; another to the same place needs a name of its own."""
    if join in joined.joins:
        return
    same = [
        known
        for known in joined.joins
        if (known.source_view, known.alias or known.to) == (join.source_view, join.alias or join.to)
    ]
    if same:
        joined.warnings.append(
            f"{told}: left out: {join.source_view} is joined to {join.alias or join.to} otherwise before"
        )
        return
    joined.joins.append(join)
