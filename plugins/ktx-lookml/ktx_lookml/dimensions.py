"""Dimensions and dimension groups to columns.

A dimension that is one column of the table is that column, under the column's name. Any other is computed, under its
own name, and so is a second one over the same column. What expressions read of the table and no dimension shows becomes
a column too, out of reach of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from ktx_lookml.expressions import Expressions
from ktx_lookml.files import Block, is_yes, names_in
from ktx_lookml.kinds import kinds_of_columns
from ktx_lookml.refusal import NotCarriedOver
from ktx_lookml.timeframes import DEFAULT_INTERVALS, DEFAULT_TIMEFRAMES, as_date, duration_part, time_part
from ktx_lookml.wire import Column, Skipped

Type = Literal["string", "number", "time", "boolean"]

_TYPES: dict[str, Type] = {
    "string": "string",
    "zipcode": "string",
    "number": "number",
    "int": "number",
    "yesno": "boolean",
    "date": "time",
    "date_time": "time",
    "date_raw": "time",
    "time": "time",
}
_AS_DATE = frozenset({"date"})
_NOT_TIMES = frozenset({"epoch", "yyyymmdd"})


@dataclass(frozen=True, slots=True)
class Field:
    """One column to be: `sql` is resolved against the view's other fields when it is asked for."""

    lookml_name: str
    type: Type
    read: Callable[[Columns], exp.Expr]
    block: Block
    item_type: str = "dimension"
    role: Literal["time", "default"] = "default"


@dataclass(slots=True)
class Made:
    """The columns of a view, and what was left out."""

    columns: list[Column] = field(default_factory=list)
    grain: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class Columns:
    """The columns of one view, made one after the other as fields refer to each other."""

    def __init__(self, view: Block, expressions: Expressions) -> None:
        self.expressions = expressions
        self._fields: dict[str, Field] = {}
        self._skipped: dict[str, Skipped] = {}
        self._done: dict[str, Column] = {}
        self._physical: dict[str, str] = {}
        self._read: dict[str, Type | None] = {}
        self._waiting: list[str] = []
        self._measures = frozenset(str(measure.get("name")) for measure in view.get("measures", ()))
        self._declare(view)
        self._trees = dict(self._understood())
        self._name_columns()

    def made(self) -> Made:
        """Every column, those that only expressions read last."""
        made = Made(skipped=list(self._skipped.values()))
        for name, column in self._done.items():
            made.columns.append(column)
            if is_yes(self._fields[name].block, "primary_key"):
                made.grain.append(column.name)
        shown = {column.name for column in made.columns}
        made.columns += [_only_read(name, kind or "string") for name, kind in self._read.items() if name not in shown]
        return made

    def column(self, field_name: str) -> exp.Column:
        """What stands for a field in the expressions of a model. Raises `NotCarriedOver`."""
        if field_name in self._measures:
            raise NotCarriedOver(f"refers to a measure: {field_name}")
        if field_name not in self._done:
            why = "is left out" if field_name in self._skipped else "is not declared"
            raise NotCarriedOver(f"refers to {field_name}, which {why}")
        return self.expressions.column(self._done[field_name].name)

    def note(self, tree: exp.Expr, physical: Iterable[str]) -> None:
        """Remember what an expression reads of the table, and what it must be for that."""
        kinds = kinds_of_columns(tree)
        for name in physical:
            self._read[name] = self._read.get(name) or kinds.get(name)

    def type_of(self, field_name: str) -> Type | None:
        """The type of a field's column, None where there is none."""
        return self._done[field_name].type if field_name in self._done else None

    # declarations

    def _declare(self, view: Block) -> None:
        for block in view.get("dimensions", ()):
            self._guard(str(block.get("name")), "dimension", lambda block=block: self._add_dimension(block))  # type: ignore[misc]
        for block in view.get("dimension_groups", ()):
            self._guard(str(block.get("name")), "dimension_group", lambda block=block: self._add_group(block))  # type: ignore[misc]
        for kind in ("filters", "parameters"):
            for block in view.get(kind, ()):
                name, item = str(block.get("name")), kind.removesuffix("s")
                self._skipped[name] = Skipped(name=name, item_type=item, reason=f"a {item} has no column")

    def _guard(self, name: str, item_type: str, add: Callable[[], None]) -> None:
        try:
            add()
        except NotCarriedOver as why:
            self._skipped[name] = Skipped(name=name, item_type=item_type, reason=str(why))

    def _add_dimension(self, block: Block) -> None:
        name, kind = str(block["name"]), str(block.get("type", "string"))
        if "case" in block:
            self._fields[name] = Field(name, "string", lambda columns: _case(columns, block["case"]), block)
            return
        if kind not in _TYPES:
            raise NotCarriedOver(f"type {kind}")
        if str(block.get("datatype")) in _NOT_TIMES:
            raise NotCarriedOver(f"datatype {block['datatype']}")
        sql = str(block.get("sql", f"${{TABLE}}.{name}"))

        def read(columns: Columns) -> exp.Expr:
            tree = columns.tree(sql)
            return as_date(tree, columns.expressions.dialect) if kind in _AS_DATE else tree

        role: Literal["time", "default"] = "time" if _TYPES[kind] == "time" else "default"
        self._fields[name] = Field(name, _TYPES[kind], read, block, role=role)

    def _add_group(self, block: Block) -> None:
        group, kind = str(block["name"]), str(block.get("type", "time"))
        if kind not in {"time", "duration"}:
            raise NotCarriedOver(f"type {kind}")
        if str(block.get("datatype")) in _NOT_TIMES:
            raise NotCarriedOver(f"datatype {block['datatype']}")
        if kind == "duration":
            self._add_durations(group, block)
            return
        sql = str(block.get("sql", f"${{TABLE}}.{group}"))
        is_first = True
        for timeframe in names_in(block, "timeframes") or DEFAULT_TIMEFRAMES:

            def read(columns: Columns, timeframe: str = timeframe) -> exp.Expr:
                moment = columns.tree(sql)
                part = time_part(group, timeframe, moment, columns.expressions.dialect)
                return moment if part.tree is None else part.tree

            name = f"{group}_{timeframe}"
            kind_of: Type = "number" if timeframe.endswith(("_of_day", "_of_month", "_of_year", "_num")) else "time"
            role: Literal["time", "default"] = "time" if is_first and kind_of == "time" else "default"
            self._fields[name] = Field(name, kind_of, read, block, "dimension_group", role)
            is_first = is_first and kind_of != "time"

    def _add_durations(self, group: str, block: Block) -> None:
        if "sql_start" not in block or "sql_end" not in block:
            raise NotCarriedOver("a duration without sql_start and sql_end")
        for interval in names_in(block, "intervals") or DEFAULT_INTERVALS:

            def read(columns: Columns, interval: str = interval) -> exp.Expr:
                start, end = columns.tree(str(block["sql_start"])), columns.tree(str(block["sql_end"]))
                tree = duration_part(group, interval, start, end, columns.expressions.dialect).tree
                if tree is None:
                    raise NotCarriedOver(f"interval {interval}")
                return tree

            name = f"{interval}s_{group}"
            self._fields[name] = Field(name, "number", read, block, "dimension_group")

    # expressions

    def tree(self, sql: str) -> exp.Expr:
        """The SQL of a field, other fields of the view in it as columns by their LookML names (see `_name_columns`)."""
        read = self.expressions.read(sql, self._placeholder)
        self.note(read.tree, read.physical)
        return read.tree

    def _placeholder(self, field_name: str) -> exp.Expr:
        if field_name in self._measures:
            raise NotCarriedOver(f"refers to a measure: {field_name}")
        if field_name not in self._fields:
            why = "is left out" if field_name in self._skipped else "is not declared"
            raise NotCarriedOver(f"refers to {field_name}, which {why}")
        if field_name in self._waiting:
            raise NotCarriedOver(f"refers to itself: {' > '.join((*self._waiting, field_name))}")
        self._waiting.append(field_name)
        try:
            self._fields[field_name].read(self)
        finally:
            self._waiting.pop()
        column = exp.Column(this=exp.Identifier(this=field_name, quoted=True))
        column.meta["field"] = field_name
        return column

    def _understood(self) -> Iterable[tuple[str, exp.Expr]]:
        for name, declared in list(self._fields.items()):
            before = dict(self._read)
            self._waiting = [name]
            try:
                yield name, declared.read(self)
            except NotCarriedOver as why:
                self._read = before
                self._skipped[name] = Skipped(name=name, item_type=declared.item_type, reason=str(why))
            finally:
                self._waiting = []

    def _name_columns(self) -> None:
        """Plain columns take the table's names; a computed one that would take such a name is called otherwise."""
        for name, tree in self._trees.items():
            plain = _plain_name(tree)
            if plain is not None and plain not in self._physical:
                self._physical[plain] = name
        named = {lookml: physical for physical, lookml in self._physical.items()}
        taken = {*self._read}
        for name in self._trees:
            if name not in named:
                named[name] = _free(name, taken)
                taken.add(named[name])
        for name, tree in self._trees.items():
            computed = self._physical.get(named[name]) != name
            for column in [node for node in tree.find_all(exp.Column) if "field" in node.meta]:
                replacement = self.expressions.column(named[str(column.meta["field"])])
                if column is tree:
                    tree = replacement  # noqa: PLW2901 - the root of the same expression
                else:
                    column.replace(replacement)
            self._done[name] = self._column(self._fields[name], named[name], tree if computed else None)

    def _column(self, declared: Field, name: str, tree: exp.Expr | None) -> Column:
        hidden = is_yes(declared.block, "hidden")
        return Column(
            name=name,
            lookml_name=declared.lookml_name,
            type=declared.type,
            role=declared.role,
            visibility="hidden" if hidden else "public",
            description=declared.block.get("description"),
            is_computed=tree is not None,
            expr=None if tree is None else self.expressions.text(tree),
        )


def _plain_name(tree: exp.Expr) -> str | None:
    return tree.name if isinstance(tree, exp.Column) and "field" not in tree.meta else None


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    candidate, number = f"{name}_computed", 2
    while candidate in taken:
        candidate, number = f"{name}_computed_{number}", number + 1
    return candidate


def _only_read(name: str, kind: Type) -> Column:
    return Column(
        name=name,
        lookml_name=name,
        type=kind,
        role="default",
        visibility="internal",
        description=None,
        is_computed=False,
        expr=None,
    )


def _case(columns: Columns, block: Block) -> exp.Expr:
    """`case: {when: {sql: … label: …} else: …}`."""
    case = exp.Case()
    for when in block.get("whens", ()):
        condition = columns.tree(str(when.get("sql", "")))
        case = case.when(condition, exp.Literal.string(str(when.get("label", ""))), copy=False)
    if not case.args.get("ifs"):
        raise NotCarriedOver("a case without when")
    return case.else_(exp.Literal.string(str(block["else"])), copy=False) if "else" in block else case
