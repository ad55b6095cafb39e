"""Which columns of physical tables an expression is made of, seen through CTEs, subqueries and aliases."""

from collections.abc import Iterable, Iterator

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, walk_in_scope

from semantic_layer.frozen import frozen
from semantic_layer.sql_analysis.known_tables import KnownTables


@frozen
class Origins:
    """Finds columns. `known` settles to which of several tables a bare name belongs."""

    known: KnownTables

    def columns_of(self, expression: exp.Expr, scope: Scope) -> Iterator[str]:
        """The physical columns in `expression`, which stands in `scope`; its subqueries are scopes of their own."""
        yield from self._within(expression, scope, frozenset())

    def columns_of_output(self, name: str, scope: Scope) -> Iterator[str]:
        """The physical columns behind the output column `name` of the query of `scope`."""
        yield from self._output(name, scope, frozenset())

    def _within(self, expression: exp.Expr, scope: Scope, seen: frozenset[tuple[int, str]]) -> Iterator[str]:
        for node in walk_in_scope(expression):
            if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
                yield from self._column(node, scope, seen)

    def _column(self, column: exp.Column, scope: Scope, seen: frozenset[tuple[int, str]]) -> Iterator[str]:
        parts = [part.name for part in column.parts]
        if len(parts) == 1:
            yield from self._bare(parts[0], scope, seen)
            return
        for at in range(len(parts) - 2, -1, -1):
            holder = _source(parts[at], scope)
            if holder is not None:
                source, inside = holder
                yield from self._from_source(parts[at + 1], source, inside, seen)
                return
        yield parts[0] if _is_field_access(column) else parts[-1]

    def _bare(self, name: str, scope: Scope, seen: frozenset[tuple[int, str]]) -> Iterator[str]:
        """A name without a table: of the only source, or the source that is known to have it."""
        sources = [source for _, source in scope.selected_sources.values()]
        owners = [source for source in sources if self._has(source, name)]
        if not owners and len(sources) == 1:
            owners = sources
        if len(owners) == 1:
            yield from self._from_source(name, owners[0], scope, seen)
        elif not owners and scope.is_correlated_subquery and scope.parent is not None:
            yield from self._bare(name, scope.parent, seen)
        else:
            yield name

    def _has(self, source: exp.Expr | Scope, name: str) -> bool:
        if isinstance(source, Scope):
            return name.lower() in {output.lower() for output in _outputs(source)}
        return isinstance(source, exp.Table) and self.known.has_column(source, name)

    def _from_source(
        self, name: str, source: exp.Expr | Scope, scope: Scope, seen: frozenset[tuple[int, str]]
    ) -> Iterator[str]:
        if isinstance(source, exp.Table):
            yield name
        elif isinstance(source, Scope) and source is not scope:
            yield from self._output(name, source, seen)

    def _output(self, name: str, scope: Scope, seen: frozenset[tuple[int, str]]) -> Iterator[str]:
        step = (id(scope), name.lower())
        if step in seen:
            return  # a recursive CTE reads itself
        seen |= {step}
        position = _position(name, scope)
        if isinstance(scope.expression, exp.Select):
            yield from self._projected(name, position, scope, seen)
        elif position is not None:
            for branch in scope.set_operation_scopes:
                names = _outputs(branch)
                if position < len(names):
                    yield from self._output(names[position], branch, seen)

    def _projected(
        self, name: str, position: int | None, scope: Scope, seen: frozenset[tuple[int, str]]
    ) -> Iterator[str]:
        projections: list[exp.Expr] = scope.expression.args.get("expressions") or []
        if any(projection.is_star for projection in projections):
            named = [x for x in projections if not x.is_star and x.alias_or_name.lower() == name.lower()]
            if named:
                yield from self._within(named[0], scope, seen)
            else:
                yield from self._bare(name, scope, seen)
        elif position is not None and position < len(projections):
            yield from self._within(projections[position], scope, seen)


def _source(alias: str, scope: Scope) -> tuple[exp.Expr | Scope, Scope] | None:
    """The source called `alias` here or, for a correlated subquery, in the queries around."""
    at: Scope | None = scope
    while at is not None:
        for name, source in at.sources.items():
            if name.lower() == alias.lower():
                return source, at
        at = at.parent
    return None


def _is_field_access(column: exp.Column) -> bool:
    """Whether the first part is most likely a column that holds a record: no part names a source."""
    return isinstance(column.parent, exp.Dot) or len(column.parts) == 2  # noqa: PLR2004 - record.field


def _outputs(scope: Scope) -> list[str]:
    """The names of the columns that the query of `scope` gives; a CTE or alias may have renamed them: `x(a, b)`."""
    if scope.outer_columns:
        return list(scope.outer_columns)
    expression = scope.expression
    return list(expression.named_selects) if isinstance(expression, exp.Query) else []


def _position(name: str, scope: Scope) -> int | None:
    names = [output.lower() for output in _outputs(scope)]
    return names.index(name.lower()) if name.lower() in names else None


def sorted_names(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in order."""
    return tuple(sorted(set(names)))
