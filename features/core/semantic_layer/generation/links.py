"""Joins from links: both directions, roles named apart, and none that the keys contradict."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from semantic_layer.frozen import frozen
from semantic_layer.generation.names import column, text
from semantic_layer.generation.scan import ScannedLink, ScannedTable
from semantic_layer.generation.warning import GenerationWarning

_INVERSE = {"many_to_one": "one_to_many", "one_to_many": "many_to_one", "one_to_one": "one_to_one"}
_ASSUMED = "many_to_one"


@frozen
class GeneratedJoin:
    """A join of `source`. `pairs` are (its column, the target's column); `role` is what an alias is made of."""

    source: str
    to: str
    pairs: tuple[tuple[str, str], ...]
    relationship: str
    role: str
    alias: str | None = None

    def to_source(self, dialect: str) -> dict[str, str]:
        """As a source declares it."""
        target = self.alias or self.to
        equations = [
            exp.EQ(this=column(near, dialect), expression=column(far, dialect, of=target)) for near, far in self.pairs
        ]
        declared = {
            "to": self.to,
            "on": text(exp.and_(*equations), dialect),
            "relationship": self.relationship,
        }
        return declared | ({"alias": self.alias} if self.alias else {})


@frozen
class _Link:
    """A link between two sources that exist. `stated`: the scanner said what the relationship is."""

    near: str
    far: str
    pairs: tuple[tuple[str, str], ...]
    relationship: str
    stated: bool


class JoinsBuilder:
    """Takes links one by one; `build` gives the joins by source, and the columns that a link says are unique."""

    def __init__(self, tables: Mapping[str, ScannedTable], dialect: str, *, inverses: bool = True) -> None:
        self._tables = tables
        self._dialect = dialect
        self._inverses = inverses
        self._called: dict[str, list[str]] = defaultdict(list)
        for source, table in tables.items():
            for name in {source, *(".".join(table.parts[start:]) for start in range(len(table.parts)))}:
                self._called[name].append(source)
        self._links: dict[tuple[str, str, tuple[tuple[str, str], ...]], _Link] = {}
        self._unique: dict[str, set[str]] = defaultdict(set)
        self.warnings: list[GenerationWarning] = []

    def add(self, link: ScannedLink) -> None:
        """Remember a link, or warn why it is left out."""
        far = self._source_named(link, link.to_table)
        near = self._source_named(link, link.from_table)
        if near is None or far is None:
            return
        for source, name in ((near, link.from_column), (far, link.to_column)):
            if name not in {known.name for known in self._tables[source].columns}:
                self._skip(link, f"{source!r} has no column {name!r}")
                return
        stated = link.relationship.strip().lower()
        if stated not in _INVERSE:
            message = f"{_told(link)}: the relationship {link.relationship!r} is not known, {_ASSUMED} is assumed"
            self._warn("unknown-relationship", message)
        relationship = stated if stated in _INVERSE else _ASSUMED
        found = _Link(near, far, ((link.from_column, link.to_column),), relationship, stated in _INVERSE)
        self._links.setdefault((near, far, found.pairs), found)

    def build(self) -> tuple[dict[str, list[GeneratedJoin]], dict[str, frozenset[str]]]:
        """Everything that `add` was given, both ways."""
        both: list[GeneratedJoin] = []
        said: set[tuple[str, str, tuple[tuple[str, str], ...]]] = set()
        for link in self._all_settled(self._composed()):
            # A link may be given twice, the second time from its other end.
            if link is None or (link.near, link.far, tuple(sorted(link.pairs))) in said:
                continue
            directions = _directions(link)
            said.update((join.source, join.to, tuple(sorted(join.pairs))) for join in directions)
            both.extend(directions if self._inverses else directions[:1])
        joins: dict[str, list[GeneratedJoin]] = defaultdict(list)
        for join in self._with_aliases(both):
            joins[join.source].append(join)
        return dict(joins), {source: frozenset(columns) for source, columns in self._unique.items()}

    # which tables

    def _source_named(self, link: ScannedLink, name: str) -> str | None:
        """The source of a table named by itself, by db and name, or whole."""
        fitting = self._called.get(name, [])
        if len(fitting) == 1:
            return fitting[0]
        self._skip(link, f"{name!r} is not among the tables" if not fitting else f"{name!r} is several tables")
        return None

    def _composed(self) -> list[_Link]:
        """Links whose columns together are a composite key of the target are one join."""
        groups: dict[tuple[str, str], list[_Link]] = defaultdict(list)
        for link in self._links.values():
            groups[link.near, link.far].append(link)
        composed: list[_Link] = []
        for (_, far), links in groups.items():
            key = self._tables[far].key
            targets = [link.pairs[0][1] for link in links]
            if len(key) > 1 and sorted(targets) == sorted(key):
                composed.append(replace(links[0], pairs=tuple(link.pairs[0] for link in links)))
            else:
                composed.extend(links)
        return composed

    # which relationship

    def _all_settled(self, links: Sequence[_Link]) -> list[_Link | None]:
        """In the order given, but stated relationships are settled first: what they say is unique binds the rest."""
        settled = {id(link): self._settled(link) for link in links if link.stated}
        settled |= {id(link): self._settled(link) for link in links if not link.stated}
        return [settled[id(link)] for link in links]

    def _settled(self, link: _Link) -> _Link | None:
        """`link` with a relationship that the keys do not contradict, or None when there is none.

        A stated relationship says that its `one` side is unique, also where no key does. A part of a composite key
        is not unique, whatever is stated.
        """
        near_columns, far_columns = (frozenset(side) for side in zip(*link.pairs, strict=True))
        near_is_key, far_is_key = self._is_key(link.near, near_columns), self._is_key(link.far, far_columns)
        if not link.stated and near_is_key and not far_is_key:
            link = replace(link, relationship="one_to_many")
        ones = []
        if link.relationship != "one_to_many" and not far_is_key:
            ones.append((link.far, far_columns))
        if link.relationship != "many_to_one" and not near_is_key:
            ones.append((link.near, near_columns))
        for source, columns in ones:
            if columns < frozenset(self._tables[source].grain) or len(columns) > 1:
                names = ", ".join(sorted(columns))
                self._warn(
                    "link-contradicts-key",
                    f"the link from {link.near!r} to {link.far!r} is left out: "
                    f"{link.relationship} needs {names} to identify a row of {source!r}",
                )
                return None
            if link.stated:
                self._unique[source] |= columns
        return link

    def _is_key(self, source: str, columns: frozenset[str]) -> bool:
        return columns >= frozenset(self._tables[source].grain) or bool(columns & self._unique[source])

    # which names

    def _with_aliases(self, joins: Sequence[GeneratedJoin]) -> list[GeneratedJoin]:
        """Several joins of a source to one target, or to itself, each get a name: `<target>_<column>`."""
        count: dict[tuple[str, str], int] = defaultdict(int)
        for join in joins:
            count[join.source, join.to] += 1
        stands_for: dict[str, str] = {}
        used: set[tuple[str, str]] = set()
        named: list[GeneratedJoin] = []
        for join in joins:
            if count[join.source, join.to] > 1 or join.source == join.to:
                join = replace(join, alias=self._alias(join, stands_for, used))  # noqa: PLW2901 - the same, named
            named.append(join)
        return named

    def _alias(self, join: GeneratedJoin, stands_for: dict[str, str], used: set[tuple[str, str]]) -> str:
        wanted = f"{join.to}_{join.role}"
        alias, number = wanted, 1
        while alias in self._tables or stands_for.get(alias, join.to) != join.to or (join.source, alias) in used:
            number += 1
            alias = f"{wanted}_{number}"
        stands_for[alias] = join.to
        used.add((join.source, alias))
        return alias

    def _skip(self, link: ScannedLink, why: str) -> None:
        self._warn("link-skipped", f"{_told(link)} is left out: {why}")

    def _warn(self, code: str, message: str) -> None:
        self.warnings.append(GenerationWarning(code, message))


def _told(link: ScannedLink) -> str:
    return f"the link {link.from_table}.{link.from_column} = {link.to_table}.{link.to_column}"


def _directions(link: _Link) -> tuple[GeneratedJoin, GeneratedJoin]:
    """The join and its inverse. Both are told apart by the column that refers; within one table by their own."""
    near, far = link.pairs[0]
    backwards = tuple((there, here) for here, there in link.pairs)
    inverse = _INVERSE[link.relationship]
    role = far if link.near == link.far else near
    return (
        GeneratedJoin(link.near, link.far, link.pairs, link.relationship, near),
        GeneratedJoin(link.far, link.near, backwards, inverse, role),
    )
