"""Random queries that the rules give one answer to."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from reference.model import Model, Node, Step
from reference.names import Names
from reference.scalar import parse

from generation.names import quoted
from generation.predicate import write_predicate

BASE = {"n", "total"}
#: Measures that stay as they are when a row counts twice.
SAFE = {"lowest", "highest", "kinds"}
#: The share of queries whose facts are roles first, where the model has any.
ROLE_SHARE = 0.3
GRANULARITIES = ["hour", "day", "week", "month", "quarter", "year"]


def write_query(
    rng: random.Random, sources: Sequence[Mapping[str, Any]], rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, Any]:
    """Draw a query over the model."""
    return _QueryWriter(rng, Model(sources, rows)).write()


class _QueryWriter:
    def __init__(self, rng: random.Random, model: Model) -> None:
        self.rng = rng
        self.model = model
        self.sources = [node for node in model.nodes.values() if node.name == node.source["name"]]
        self.facts: list[Node] = []
        self.shared: list[Node] = []

    def write(self) -> dict[str, Any]:
        """The query: of measures; of members alone; or by a dimension that repeats rows, which some aggregates bear."""
        draw = self.rng.random()
        if draw < 0.06:
            return self._members()
        self._choose_facts()
        if draw < 0.16 and len(self.facts) == 1 and (below := self._below(self.facts[0])):
            return self._repeated(below)
        dimensions = self._dimensions()
        measures = self._measures()
        query: dict[str, Any] = {"measures": measures, "dimensions": dimensions}
        filters = self._filters()
        if filters:
            query["filters"] = filters
        segments = self._segments()
        if segments:
            query["segments"] = segments
        if self.rng.random() < 0.5:
            query["include_empty"] = self.rng.random() < 0.5
        if self._asks_members_of_an_extension(query) or self._asks_beside_a_self_role(query):
            query["include_empty"] = False
        order = self._order(dimensions, measures)
        if order:
            query["order_by"] = order
            if self.rng.random() < 0.3:
                query["limit"] = self.rng.choice([0, 1, 2, 3, 50])
        return query

    def _members(self) -> dict[str, Any]:
        root = self.rng.choice(self.sources)
        self.facts, self.shared = [root], self._reached_by([root])
        dimensions = [f"{root.name}.{self.rng.choice(list(root.columns))}", *self._dimensions()]
        names = Names(self.model)
        # On which side of a one_to_one the members are is left open, and whether what a row of a table knows is asked
        # beside another row of the same table as that one's, or as its own.
        unique = {
            _field(given): given
            for given in dimensions
            if not self.model.is_extension(root, node := names.field(_field(given))[0]) and not _is_self_role(node)
        }
        return {"measures": [], "dimensions": list(unique.values()), "filters": self._row_filters()}

    def _repeated(self, below: list[Node]) -> dict[str, Any]:
        """Dimensions behind a one_to_many, with aggregates that a row may enter twice."""
        fact, node = self.facts[0], self.rng.choice(below)
        safe = [f"{fact.name}.{one['name']}" for one in fact.source["measures"] if one["name"] in SAFE]
        name = quoted(fact.name)
        key = quoted(fact.source["grain"][0])
        composed = {"expr": f"count(distinct {name}.{key}) + 1 - max({name}.{self._num(fact)})", "name": "composed"}
        field = f"{node.name}.{self.rng.choice(list(node.columns))}"
        unique = {_field(given): given for given in [field, *self._dimensions()]}
        atoms = [self._atom(self.rng.choice(self.shared)) for _ in range(self.rng.choice([0, 1]))]
        query = {"measures": [*safe, composed], "dimensions": list(unique.values()), "filters": atoms}
        return {**query, "include_empty": False}

    def _below(self, fact: Node) -> list[Node]:
        return [node for node in self.model.nodes.values() if self._lies_below(fact, node)]

    @staticmethod
    def _num(node: Node) -> str:
        return next(quoted(column) for column in ("num", "Unit Count") if column in node.columns)

    def _choose_facts(self) -> None:
        wanted = self.rng.choice([1, 1, 2, 2, 3])
        pool = self.rng.sample(self.sources, len(self.sources))
        roles = [node for node in self.model.nodes.values() if node not in self.sources]
        if roles and self.rng.random() < ROLE_SHARE:
            # Facts under the names that joins give them, several of one table among them.
            pool = [*self.rng.sample(roles, len(roles)), *pool]
        if self.rng.random() < 0.3:
            # The ones that others join to first: conditions on those others lie behind a one_to_many.
            pool.sort(key=lambda node: -sum(step.multiplies for step in node.steps))
        for fact in pool:
            shared = self._reached_by([*self.facts, fact])
            if not self.facts or shared or self.rng.random() < 0.1:
                self.facts.append(fact)
                self.shared = shared
            if len(self.facts) == wanted:
                return

    def _reached_by(self, facts: list[Node]) -> list[Node]:
        return [node for node in self.model.nodes.values() if all(self.model.reaches(fact, node) for fact in facts)]

    def _dimensions(self) -> list[str | dict[str, str]]:
        if not self.shared:
            return []
        found: dict[str, str | dict[str, str]] = {}
        for _ in range(self.rng.choice([0, 1, 1, 2, 2, 3])):
            pool = self._parents() or self.shared
            fresh = [node for node in pool if not any(field.startswith(f"{node.name}.") for field in found)]
            node = self.rng.choice(fresh or pool)
            column = self.rng.choice(list(node.columns))
            field = f"{node.name}.{column}"
            found[field] = field
            if node.columns[column] == "time" and self.rng.random() < 0.7:
                allowed = GRANULARITIES if self._has_hours(node, column) else GRANULARITIES[1:]
                found[field] = {"field": field, "granularity": self.rng.choice(allowed)}
        return list(found.values())

    def _parents(self) -> list[Node]:
        """Mostly, dimensions stand in tables of their own."""
        return [node for node in self.shared if node not in self.facts] if self.rng.random() < 0.75 else []

    @staticmethod
    def _has_hours(node: Node, column: str) -> bool:
        return column in {"ts", "At"} and column in node.columns

    def _measures(self) -> list[str | dict[str, str]]:
        chosen: list[str | dict[str, str]] = []
        for fact in self.facts:
            for _ in range(self.rng.choice([1, 1, 2])):
                measure = self.rng.choice(self._measures_of(fact))["name"]
                reference = f"{fact.name}.{measure}"
                if reference not in chosen:
                    chosen.append(reference)
        if self.rng.random() < 0.4:
            chosen.append({"expr": self._expression(), "name": "composed"})
        self.rng.shuffle(chosen)
        return chosen

    def _measures_of(self, fact: Node) -> list[dict[str, Any]]:
        """Of a role not those that read other sources.

        From a role the reference sees the joins that its source declares itself, not those that others declare to it.
        """
        declared: list[dict[str, Any]] = list(fact.source["measures"])
        return declared if fact in self.sources else [one for one in declared if not one["name"].startswith("with_")]

    def _expression(self) -> str:
        fact = self.rng.choice(self.facts)
        name = quoted(fact.name)
        num = f"{name}.{self._num(fact)}"
        other = self.rng.choice(self._reached_by([fact]))
        other_num = f"{quoted(other.name)}.{self._num(other)}"
        second = quoted(self.rng.choice(self.facts).name)
        return self.rng.choice(
            [
                f"sum({num})",
                f"sum({num} * {other_num})",
                f"max({num} - {other_num})",
                f"count(distinct {num})",
                f"sum({num}) / count({num})",
                f"({name}.total - {name}.n) / {name}.n",
                f"2 * ({name}.total - {second}.total)",
                f"{name}.total - ({second}.total - {name}.n)",
                f"{name}.n / {second}.n",
                f"{name}.total / {second}.total",
                f"sum(case when {num} > 1 then {num} else 0 end)",
            ]
        )

    def _asks_members_of_an_extension(self, query: dict[str, Any]) -> bool:
        """Whether a condition, or another dimension, lies across a one_to_one from a dimension.

        Is the condition the member's or the fact's, and which side's rows are the members? The rules do not say, so no
        case depends on it.
        """
        names = Names(self.model)
        conditions = [(parse(text), None) for text in query.get("filters", ())]
        conditions += [names.segment(text) for text in query.get("segments", ())]
        read = [node for clause, home in conditions for node in names.nodes(clause, home)]
        fields = [_field(given) for given in query["dimensions"]]
        asked = [names.field(text)[0] for text in fields]
        return any(self.model.is_extension(node, other) for node in asked for other in [*read, *asked])

    def _asks_beside_a_self_role(self, query: dict[str, Any]) -> bool:
        """Whether a dimension of a row's own row (its boss) stands beside another, or beside a condition.

        What lies behind the boss is not what lies behind the row: no joins bear out such members, and the reference,
        which takes any path, would add them.
        """
        names = Names(self.model)
        asked = {names.field(_field(given))[0].name for given in query["dimensions"]}
        roles = {node.name for node in self.model.nodes.values() if _is_self_role(node)}
        others = len(asked) > 1 or bool(query.get("filters")) or bool(query.get("segments"))
        return bool(asked & roles) and others

    def _filters(self) -> list[str]:
        filters = self._row_filters()
        return [*filters, self._group_filter()] if self.rng.random() < 0.15 else filters

    def _row_filters(self) -> list[str]:
        filters = []
        pool = self.shared
        if not pool and len(self.facts) == 1:
            pool = [self.facts[0]]
        for _ in range(self.rng.choice([0, 0, 1, 1, 2, 2])):
            draw = self.rng.random()
            if draw < 0.6 and pool:
                atoms = [self._atom(self.rng.choice(pool)) for _ in range(self.rng.choice([1, 1, 2, 3]))]
                filters.append(f" {self.rng.choice(['or', 'and'])} ".join(atoms))
            else:
                filters += self._filter_behind()
        return filters

    def _filter_behind(self) -> list[str]:
        """A condition on rows that one row of the only fact finds several of, or of which only one fact knows."""
        if len(self.facts) == 1:
            fact = self.facts[0]
            below = self._below(fact)
            return [self._atom(self.rng.choice(below), tests_null=False)] if below else []
        fact = self.rng.choice(self.facts)
        others = [one for one in self.facts if one is not fact]
        if all(self._are_siblings(other, fact) for other in others):
            return [self._atom(fact)]
        return []

    def _lies_below(self, fact: Node, node: Node) -> bool:
        if self.model.reaches(fact, node) or not self.model.is_connected(fact, node):
            return False
        trails = self.model.trails(fact, node)
        return len(trails) == 1 and all(step.multiplies for step in trails[0]) and not self._passes_roles(trails[0])

    def _are_siblings(self, one: Node, other: Node) -> bool:
        if not self.model.is_connected(one, other):
            return True
        trails = self.model.trails(one, other)
        # Up first, then down: neither side knows the other's rows.
        up_then_down = [step.narrows for step in trails[0]] == sorted(
            (step.narrows for step in trails[0]), reverse=True
        )
        is_mixed = trails[0][0].narrows and trails[0][-1].multiplies
        return len(trails) == 1 and up_then_down and is_mixed and not self._passes_roles(trails[0])

    def _passes_roles(self, trail: list[Step]) -> bool:
        """Whether a source on the way has a second role, or gives one: the way might be meant through either."""
        played = {node.source["name"] for node in self.model.nodes.values() if node.name != node.source["name"]}
        giving = {node.name for node in self.sources for join in node.source["joins"] if join.get("alias")}
        passed = {node.source["name"] for step in trail for node in (step.start, step.end)}
        return bool(passed & (played | giving))

    def _atom(self, node: Node, *, tests_null: bool = True) -> str:
        column = self.rng.choice(list(node.columns))
        return write_predicate(
            self.rng, f"{quoted(node.name)}.{quoted(column)}", node.columns[column], column, tests_null=tests_null
        )

    def _group_filter(self) -> str:
        fact = self.rng.choice(self.facts)
        measure = f"{quoted(fact.name)}.{self.rng.choice(sorted(BASE))}"
        first = f"{measure} {self.rng.choice(['>', '<', '>=', '<>', '='])} {self.rng.choice([0, 1, 2, 5])}"
        if self.rng.random() < 0.7:
            return first
        return f"{first} or {quoted(fact.name)}.n {self.rng.choice(['>', '<'])} {self.rng.choice([1, 2, 3])}"

    def _segments(self) -> list[str]:
        declared = [node for node in self.shared if node.name == node.source["name"]]
        below = [node for node in self._below(self.facts[0]) if node in self.sources] if len(self.facts) == 1 else []
        if below and self.rng.random() < 0.3:
            return [f"{self.rng.choice(below).name}.some"]
        if not declared or self.rng.random() < 0.8:
            return []
        return [f"{self.rng.choice(declared).name}.{self.rng.choice(['chosen', 'some'])}"]

    def _order(self, dimensions: list[Any], measures: list[Any]) -> list[Any]:
        """An order of all dimensions, perhaps after a measure that is computed exactly."""
        if self.rng.random() < 0.5:
            return []
        fields = [_field(given) for given in dimensions]
        self.rng.shuffle(fields)
        exact = [given for given in measures if isinstance(given, str) and given.rpartition(".")[2] in BASE]
        if exact and self.rng.random() < 0.5:
            fields.insert(0, self.rng.choice(exact))
        return [
            self.rng.choice([name, {"field": name, "direction": self.rng.choice(["asc", "desc"])}]) for name in fields
        ]


def _is_self_role(node: Node) -> bool:
    """Whether the node is a source in a role that the source itself gives it."""
    return any(join.get("alias") == node.name for join in node.source.get("joins", ()))


def _field(dimension: str | Mapping[str, str]) -> str:
    return dimension if isinstance(dimension, str) else dimension["field"]
