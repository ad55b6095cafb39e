"""Measures to SQL aggregates over their view's columns."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from ktx_lookml.dimensions import Columns
from ktx_lookml.expressions import Expressions
from ktx_lookml.files import Block
from ktx_lookml.filters import condition
from ktx_lookml.refusal import NotCarriedOver
from ktx_lookml.wire import Measure, Skipped

_PLAIN: dict[str, type[exp.AggFunc]] = {"sum": exp.Sum, "average": exp.Avg, "min": exp.Min, "max": exp.Max}
_OVER_A_COLUMN = frozenset({*_PLAIN, "median", "count_distinct", "percentile", "list"})
_OVER_MEASURES = frozenset({"number", "string", "yesno", "date", "int"})
_NO_AGGREGATE = frozenset({"running_total", "percent_of_total", "percent_of_previous", "rank", "period_over_period"})
_DISTINCT = frozenset({"sum_distinct", "average_distinct", "median_distinct", "percentile_distinct"})


class Measures:
    """The measures of one view, made one after the other as they refer to each other."""

    def __init__(self, view: Block, columns: Columns, expressions: Expressions) -> None:
        self._blocks = {str(block.get("name")): block for block in view.get("measures", ())}
        self._columns = columns
        self._expressions = expressions
        self._made: dict[str, Measure] = {}
        self._skipped: dict[str, Skipped] = {}
        for name in self._blocks:
            self._make(name, ())

    def made(self) -> tuple[tuple[Measure, ...], tuple[Skipped, ...]]:
        """What became a measure, and what did not; both in the order of the view."""
        return (
            tuple(self._made[name] for name in self._blocks if name in self._made),
            tuple(self._skipped[name] for name in self._blocks if name in self._skipped),
        )

    def _make(self, name: str, waiting: tuple[str, ...]) -> None:
        if name in self._made or name in self._skipped:
            return
        block = self._blocks[name]
        try:
            if name in waiting:
                raise NotCarriedOver(f"refers to itself: {' > '.join((*waiting, name))}")
            tree = self._aggregate(block, (*waiting, name))
            filtered = self._filter(block)
            self._made[name] = Measure(
                name=name,
                expr=self._expressions.text(tree),
                filter=None if filtered is None else self._expressions.text(filtered),
                description=block.get("description"),
            )
        except NotCarriedOver as why:
            self._skipped[name] = Skipped(name=name, item_type="measure", reason=str(why))

    def _aggregate(self, block: Block, waiting: tuple[str, ...]) -> exp.Expr:
        kind = str(block.get("type", "string"))
        if kind == "count":
            return exp.Count(this=exp.Star())
        if kind in _DISTINCT:
            raise NotCarriedOver(f"type {kind}: it counts by another grain than the view's")
        if kind in _OVER_A_COLUMN:
            return self._over_a_column(kind, block)
        if kind in _OVER_MEASURES:
            return self._over_measures(block, waiting)
        if kind in _NO_AGGREGATE:
            raise NotCarriedOver(f"type {kind}: it is computed from the rows of an answer")
        raise NotCarriedOver(f"type {kind}")

    def _over_a_column(self, kind: str, block: Block) -> exp.Expr:
        if "sql" not in block:
            raise NotCarriedOver(f"type {kind} without sql")
        read = self._expressions.read(str(block["sql"]), self._columns.column)
        if read.tree.find(exp.AggFunc):
            raise NotCarriedOver("an aggregate inside an aggregate")
        made = self._aggregated(kind, read.tree, block)
        self._columns.note(made, read.physical)
        return made

    def _aggregated(self, kind: str, value: exp.Expr, block: Block) -> exp.Expr:
        if kind in _PLAIN:
            return _PLAIN[kind](this=value)
        if kind == "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[value]))
        if kind == "median":
            return exp.Anonymous(this="median", expressions=[value])
        return self._listed(value) if kind == "list" else self._percentile(value, block)

    def _listed(self, value: exp.Expr) -> exp.Expr:
        """Looker lists each value once. SQLite takes no separator with DISTINCT, and its own is a bare comma."""
        if self._expressions.dialect == "sqlite":
            return exp.Anonymous(this="group_concat", expressions=[exp.Distinct(expressions=[value])])
        text = exp.Cast(this=value, to=exp.DataType.build("text"))
        return exp.GroupConcat(this=exp.Distinct(expressions=[text]), separator=exp.Literal.string(", "))

    def _percentile(self, value: exp.Expr, block: Block) -> exp.Expr:
        try:
            share = float(str(block.get("percentile", ""))) / 100
        except ValueError:
            raise NotCarriedOver("type percentile without percentile") from None
        return exp.Anonymous(this="percentile", expressions=[value, exp.Literal.number(f"{share:g}")])

    def _over_measures(self, block: Block, waiting: tuple[str, ...]) -> exp.Expr:
        if "sql" not in block:
            raise NotCarriedOver(f"type {block.get('type')} without sql")
        if block.get("filters") or block.get("filters__all"):
            raise NotCarriedOver("filters on a measure over measures")

        def resolve(name: str) -> exp.Expr:
            if name not in self._blocks:
                return self._columns.column(name)
            self._make(name, waiting)
            if name in waiting:
                raise NotCarriedOver(f"refers to itself: {' > '.join((*waiting, name))}")
            if name in self._skipped:
                raise NotCarriedOver(f"refers to {name}, which is left out")
            return self._expressions.column(name)

        read = self._expressions.read(str(block["sql"]), resolve)
        self._columns.note(read.tree, read.physical)
        names_measures = any(name in self._blocks for name in read.fields)
        if not names_measures and not read.tree.find(exp.AggFunc):
            raise NotCarriedOver("no aggregate and no measure in its SQL")
        return read.tree

    def _filter(self, block: Block) -> exp.Expr | None:
        parts = []
        for field_name, expression in _filters(block):
            own = field_name
            if "." in field_name:
                view, _, own = field_name.partition(".")
                if view != self._expressions.view:
                    raise NotCarriedOver(f"cross-view reference: {field_name}")
            column = self._columns.column(own)
            found = condition(column, self._columns.type_of(own) or "string", expression)
            if found is not None:
                parts.append(found)
        return exp.and_(*parts) if parts else None


def _filters(block: Block) -> Iterator[tuple[str, str]]:
    """Fields and filter expressions: `filters: [a: "x", b: "y"]`, or the older `filters: {field: a value: "x"}`."""
    for listed in (block.get("filters"), *(block.get("filters__all") or ())):
        entries = listed if isinstance(listed, list) else [listed] if listed else []
        for entry in entries:
            for item in entry if isinstance(entry, list) else [entry]:
                if "field" in item and "value" in item:
                    yield str(item["field"]), _unescaped(item["value"])
                else:
                    yield from ((str(key), _unescaped(value)) for key, value in item.items())


def _unescaped(value: object) -> str:
    """A quoted string of LookML, which lkml leaves as it is written."""
    return str(value).replace('\\"', '"')
