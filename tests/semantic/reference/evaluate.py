"""The answer to a query, by the rules of the semantic layer and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from engines import OneOf, plain
from sqlglot import exp

from reference.aggregate import aggregate, argument, is_aggregate, repeats_safely
from reference.calendar import truncate
from reference.context import Context
from reference.model import Model, Node
from reference.names import Measure, Names
from reference.refusal import Refused
from reference.scalar import NOT_A_LEAF, compute, parse

Key = tuple[Any, ...]
DEFAULT_LIMIT = 1000


def evaluate(
    sources: Sequence[Mapping[str, Any]],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    query: Mapping[str, Any],
) -> list[tuple[Any, ...]]:
    """The rows of the query's answer, in its order where it has one.

    Args:
        sources: The model.
        rows: Each source's rows by its name, as mappings from column to value.
        query: The query, as on the wire.

    Raises:
        Refused: The rules give the query no answer.
    """
    return _Evaluation(Model(sources, rows), query).answer()


class _Evaluation:
    def __init__(self, model: Model, query: Mapping[str, Any]) -> None:
        self.model = model
        self.names = Names(model)
        self.query = query
        self.measures = [self.names.asked(given) for given in query.get("measures", ())]
        self.dimensions = [self._dimension(given) for given in query.get("dimensions", ())]
        clauses = [part for text in query.get("filters", ()) for part in self._apart(parse(text))]
        self.group_filters = [clause for clause in clauses if self.names.is_group_filter(clause)]
        self.row_filters: list[tuple[exp.Expression, Node | None]] = [
            (clause, None) for clause in clauses if not self.names.is_group_filter(clause)
        ]
        self.row_filters += [self.names.segment(text) for text in query.get("segments", ())]
        self.groups: dict[str, dict[Key, list[Context]]] = {}

    def _dimension(self, given: str | Mapping[str, str]) -> tuple[Node, str, str | None]:
        if isinstance(given, str):
            return (*self.names.field(given), None)
        return (*self.names.field(given["field"]), given.get("granularity"))

    def _apart(self, clause: exp.Expression) -> list[exp.Expression]:
        """A filter as it stands; but where it ANDs conditions on rows with some on groups, the two kinds apart."""
        parts = list(clause.flatten()) if isinstance(clause, exp.And) else [clause]
        kinds = {self.names.is_group_filter(part) for part in parts}
        return parts if len(kinds) > 1 else [clause]

    # Rows and groups

    def answer(self) -> list[tuple[Any, ...]]:
        facts = self._facts()
        self._check_filters(facts)
        for fact in facts:
            self.groups[fact.name] = self._group(fact)
        keys = [*dict.fromkeys(key for groups in self.groups.values() for key in groups)]
        if self.query.get("include_empty", True) or not facts:
            keys = [*dict.fromkeys([*keys, *self._member_keys(facts)])]
        if not self.dimensions:
            keys = [()]
        rows = [
            (key, tuple(self._value(measure, key) for measure in self.measures))
            for key in keys
            if all(self._holds(clause, key) for clause in self.group_filters)
        ]
        ordered = self._order([(*key, *values) for key, values in rows])
        return ordered[: self.query.get("limit", DEFAULT_LIMIT)]

    def _check_filters(self, facts: Sequence[Node]) -> None:
        """A filter that restricts no fact at all would be ignored."""
        for clause, home in self.row_filters:
            nodes = self.names.nodes(clause, home)
            if facts and not any(all(self._restricts(fact, node) for node in nodes) for fact in facts):
                raise Refused(f"{clause.sql()} restricts no fact")

    def _restricts(self, fact: Node, node: Node) -> bool:
        return self.model.is_connected(fact, node) and not self._is_sibling(fact, node)

    def _facts(self) -> list[Node]:
        parts = [*self.measures, *(Measure("", clause, None) for clause in self.group_filters)]
        return list({fact.name: fact for part in parts for _, fact in self.names.aggregates(part)}.values())

    def _group(self, fact: Node) -> dict[Key, list[Context]]:
        groups: dict[Key, list[Context]] = {}
        behind = [node for node, *_ in self.dimensions if not self._is_reached(fact, node)]
        if behind and not self._all_repeat_safely(fact):
            raise Refused(f"{behind[0].name} lies behind a one_to_many of {fact.name}")
        for row in range(len(fact.rows)):
            context = Context(self.model, fact, row, {})
            if self._admits(context):
                for repeated in context.repeated(behind):
                    groups.setdefault(self._key(repeated), []).append(repeated)
        return groups

    def _is_reached(self, fact: Node, node: Node) -> bool:
        if not self.model.is_connected(fact, node):
            raise Refused(f"{fact.name} and {node.name} are not connected")
        return self.model.reaches(fact, node)

    def _all_repeat_safely(self, fact: Node) -> bool:
        calls = [call for measure in self.measures for call, of in self.names.aggregates(measure) if of is fact]
        return all(repeats_safely(call) for call in calls)

    def _key(self, context: Context) -> Key:
        values = []
        for node, column, granularity in self.dimensions:
            value = context.value(node, column)
            values.append(plain(truncate(value, granularity) if granularity else value))
        return tuple(values)

    def _admits(self, context: Context) -> bool:
        return all(self._passes(clause, home, context) for clause, home in self.row_filters)

    def _passes(self, clause: exp.Expression, home: Node | None, context: Context) -> bool:
        """Whether a row filter keeps the row: always, where the fact cannot reach what it reads."""
        behind = []
        for node in self.names.nodes(clause, home):
            if not self._restricts(context.fact, node):
                return True
            if not self.model.reaches(context.fact, node):
                behind.append(node)
        return any(self._predicate(clause, home, each) is True for each in context.repeated(behind))

    def _is_sibling(self, fact: Node, node: Node) -> bool:
        """Whether the path goes up and then down again, to rows that merely share a parent."""
        path = self.model.path(fact, node)
        return any(step.narrows and later.multiplies for step, later in combinations(path, 2))

    def _predicate(self, clause: exp.Expression, home: Node | None, context: Context) -> Any:
        def leaf(node: exp.Expression) -> Any:
            if isinstance(node, exp.Column):
                return context.value(*self.names.column(node, home))
            return NOT_A_LEAF

        return compute(clause, leaf)

    # Members

    def _member_keys(self, facts: Sequence[Node]) -> list[Key]:
        """The dimensions' values over the rows of the one dimension table that reaches the others."""
        nodes = list({node.name: node for node, *_ in self.dimensions}.values())
        root = next((node for node in nodes if all(self.model.reaches(node, other) for other in nodes)), None)
        if root is None:
            if not facts:
                raise Refused("no declared join connects the dimensions")
            return []
        if root in facts:
            return []
        contexts = (Context(self.model, root, row, {}) for row in range(len(root.rows)))
        return [self._key(context) for context in contexts if self._keeps_member(context, strict=not facts)]

    def _keeps_member(self, context: Context, *, strict: bool) -> bool:
        return all(
            self._passes(clause, home, context)
            for clause, home in self.row_filters
            if strict or all(self.model.reaches(context.fact, node) for node in self.names.nodes(clause, home))
        )

    # Values

    def _value(self, measure: Measure, key: Key) -> Any:
        facts = {fact.name: fact for _, fact in self.names.aggregates(measure)}
        plainly = self._compute(measure, key)
        if len(facts) < 2:
            return plainly
        calls = list(self.names.aggregates(measure))
        absent_as_zero = self._compute(measure, key, absent_sums_are_zero=True)
        is_present = {name: key in self.groups[name] for name in facts}
        unknown_sum = any(
            isinstance(call, exp.Sum) and is_present[fact.name] and self._aggregate(call, fact, key, ()) is None
            for call, fact in calls
        )
        if unknown_sum or not any(is_present.values()):
            # The rules do not say whether a sum over present rows that are all NULL is "absent", nor whether a member
            # without any fact has a derived measure of 0 or NULL.
            return OneOf((absent_as_zero, plainly))
        return absent_as_zero

    def _compute(
        self,
        measure: Measure,
        key: Key,
        *,
        absent_sums_are_zero: bool = False,
        filters: tuple[tuple[exp.Expression, Node | None], ...] = (),
    ) -> Any:
        filters = (*filters, *((clause, measure.home) for clause in measure.filters))

        def leaf(node: exp.Expression) -> Any:
            if is_aggregate(node):
                value = self._aggregate(node, self.names.fact(node, measure.home), key, filters)
            else:
                inner = self.names.inner(node, measure.home)
                if inner is None:
                    return NOT_A_LEAF
                value = self._compute(inner, key, absent_sums_are_zero=absent_sums_are_zero, filters=filters)
            if value is None and absent_sums_are_zero and not _is_divisor(node):
                return self._zero_of(node, measure)
            return value

        return compute(measure.expression, leaf)

    def _zero_of(self, node: exp.Expression, measure: Measure) -> Any:
        """0 for a sum that is absent; other aggregates stay NULL."""
        if is_aggregate(node):
            return 0 if isinstance(node, exp.Sum) else None
        inner = self.names.inner(node, measure.home)
        return 0 if inner is not None and isinstance(inner.expression, exp.Sum) else None

    def _aggregate(
        self,
        call: exp.Expression,
        fact: Node,
        key: Key,
        filters: tuple[tuple[exp.Expression, Node | None], ...],
    ) -> Any:
        contexts = [
            context
            for context in self.groups[fact.name].get(key, ())
            if all(self._passes(clause, home, context) for clause, home in filters)
        ]
        inner = argument(call)
        return aggregate(call, [1 if inner is None else self._predicate(inner, fact, each) for each in contexts])

    # Group filters, order

    def _holds(self, clause: exp.Expression, key: Key) -> bool:
        return self._compute(Measure("", clause, None), key) is True

    def _order(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        for entry in reversed(self.query.get("order_by", ())):
            name, direction = (entry, "asc") if isinstance(entry, str) else (entry["field"], entry.get("direction"))
            column = self._column_named(name)
            present = [row for row in rows if row[column] is not None]
            absent = [row for row in rows if row[column] is None]
            rows = sorted(present, key=lambda row: row[column], reverse=direction == "desc") + absent
        return rows

    def _column_named(self, name: str) -> int:
        fields = [given if isinstance(given, str) else given["field"] for given in self.query.get("dimensions", ())]
        texts = [given if isinstance(given, str) else given["name"] for given in self.query.get("measures", ())]
        return [*fields, *texts].index(name)


def _is_divisor(node: exp.Expression) -> bool:
    inner, outer = node, node.parent
    while outer is not None:
        if isinstance(outer, exp.Div) and outer.expression is inner:
            return True
        inner, outer = outer, outer.parent
    return False
