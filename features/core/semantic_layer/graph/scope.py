"""Resolving the columns of a parsed tree, with nested queries handled as their author may write them."""

from collections.abc import Callable, Mapping

from sqlglot import exp

from semantic_layer.errors import SemanticError, Where
from semantic_layer.expressions import (
    SELF,
    Allowed,
    Expression,
    Field,
    Tree,
    check,
    expression_of,
    field_node,
    normalised,
    parse_expression,
    position,
    rebuild,
)
from semantic_layer.graph.comparisons import keys_as_stored, understand
from semantic_layer.graph.edges import FAR, NEAR, DeclaredJoin
from semantic_layer.graph.index import ModelIndex
from semantic_layer.graph.lookup import field_in_source, find_column
from semantic_layer.graph.names import Parts, column_parts, splits
from semantic_layer.model import ColumnType

Lookup = Callable[[Parts], Field]

MODEL_ROWS = Allowed(aggregates=False, trusted=True)
MODEL_AGGREGATES = Allowed(aggregates=True, trusted=True)


def model_tree(index: ModelIndex, text: str, allowed: Allowed) -> Tree:
    """Parse, check and normalise a text of the model."""
    return _checked(parse_expression(text, index.dialect, comments=True), index, allowed)


def query_tree(index: ModelIndex, text: str, allowed: Allowed) -> Tree:
    """The same for a text of a query, where comments are refused."""
    return _checked(parse_expression(text, index.dialect, comments=False), index, allowed)


def _checked(tree: Tree, index: ModelIndex, allowed: Allowed) -> Tree:
    normal = normalised(tree, index.dialect)
    check(normal, allowed)
    return normal


def resolve_fields(
    index: ModelIndex,
    tree: Tree,
    lookup: Lookup,
    nested: Callable[[exp.Query], Tree],
    owners: Mapping[str, str] | None = None,
) -> Tree:
    """A new tree with a field node for every column, its literals of the columns' types (see `comparisons`).

    The tree given is used up. `nested` answers for whole nested queries; `owners` are the sources that SELF, NEAR and
    FAR stand for.
    """

    def kind_of(node: Tree) -> ColumnType | None:
        parts = column_parts(node) if isinstance(node, exp.Column | exp.Dot) else None
        if parts is None or isinstance(node.this, exp.Star):
            return None
        try:
            return type_of(index, lookup(parts), owners)
        except SemanticError:
            return None  # the name is refused below, where its place is known

    def replace(node: Tree) -> Tree | None:
        if isinstance(node, exp.Query) and not isinstance(node, exp.Subquery):
            return nested(node)
        if not isinstance(node, exp.Column | exp.Dot):
            return None
        if isinstance(node.this, exp.Star):
            return exp.Star()
        parts = column_parts(node)
        return None if parts is None else field_node(located(lookup, parts, node))

    understand(tree, kind_of, index.dialect)
    return rebuild(tree, replace)


def type_of(index: ModelIndex, field: Field, owners: Mapping[str, str] | None = None) -> ColumnType | None:
    """The declared type of a field; `owners` are the sources that SELF, NEAR and FAR stand for."""
    owner = (owners or {}).get(field.role) or index.source_of(field.role).name
    return index.columns(owner)[field.column].type


def located(lookup: Lookup, parts: Parts, node: Tree) -> Field:
    """Look a name up; a refusal says where in the text the name stands."""
    try:
        return lookup(parts)
    except SemanticError as error:
        raise SemanticError(error.code, error.message, where=position(node), near=error.near, hint=error.hint) from None


def correlated(lookup: Lookup) -> Callable[[exp.Query], Tree]:
    """For the model's nested queries: names of their own stay as written, those of the model outside become fields."""

    def nested(query: exp.Query) -> Tree:
        own = {table.alias_or_name for table in query.find_all(exp.Table, exp.Subquery, exp.CTE)}

        def replace(node: Tree) -> Tree | None:
            parts = column_parts(node) if isinstance(node, exp.Column) else None
            if parts is None or len(parts) == 1 or parts[-2] in own or isinstance(node.this, exp.Star):
                return None
            try:
                return field_node(lookup(parts))
            except SemanticError:
                return None  # the author's own table, which the model does not know

        return rebuild(query, replace)

    return nested


def source_rows(index: ModelIndex, source: str, text: str) -> Expression:
    """A row expression of a source: a measure's filter, a segment. Its own columns have the role SELF."""

    def make() -> Expression:
        def lookup(parts: Parts) -> Field:
            return field_in_source(index, source, parts)

        tree = model_tree(index, text, MODEL_ROWS)
        return expression_of(text, resolve_fields(index, tree, lookup, correlated(lookup), {SELF: source}))

    return index.remember(("rows", source, text), make)


def computed_column(index: ModelIndex, source: str, name: str) -> Expression | None:
    """The expression of a computed column, over columns of its own source; None for a physical column."""
    text = index.columns(source)[name].expr
    if text is None:
        return None

    def make() -> Expression:
        _refuse_cycle(index, source, name, ())
        return _computed(index, source, name, text)

    return index.remember(("computed", source, name), make)


def join_condition(index: ModelIndex, declared: DeclaredJoin) -> Expression:
    """A join's `on`, its fields in the roles NEAR (the declaring source) and FAR (the target)."""

    def make() -> Expression:
        where = f"joins[{declared.position}].on"

        def lookup(parts: Parts) -> Field:
            return _joined_field(index, declared, parts)

        try:
            tree = model_tree(index, declared.join.on, MODEL_ROWS)
            owners = {NEAR: declared.source, FAR: declared.join.to}
            resolved = resolve_fields(index, tree, lookup, correlated(lookup), owners)
            condition = expression_of(declared.join.on, keys_as_stored(resolved))
            _require_both_sides(declared, condition)
            return condition
        except SemanticError as error:
            raise error.at(source=declared.source, field=where) from None

    return index.remember(("on", declared.source, declared.position), make)


def _require_both_sides(declared: DeclaredJoin, condition: Expression) -> None:
    """A condition over one side, or none, joins every row with every row, whatever the relationship says."""
    for role, name in ((NEAR, declared.source), (FAR, declared.join.role)):
        if role not in condition.roles:
            raise SemanticError(
                "one-sided-join",
                f"the condition reads no column of {name!r}: a bare column is {declared.source!r}'s",
                hint=f"write {declared.join.role}.column for the other side",
            )


def _computed(index: ModelIndex, source: str, name: str, text: str) -> Expression:
    def lookup(parts: Parts) -> Field:
        field = field_in_source(index, source, parts)
        if field.role != SELF:
            raise SemanticError(
                "foreign-column", f"a computed column reads its own source, {'.'.join(parts)} is another's"
            )
        return field

    try:
        tree = model_tree(index, text, MODEL_ROWS)
        return expression_of(text, resolve_fields(index, tree, lookup, correlated(lookup), {SELF: source}))
    except SemanticError as error:
        raise error.at(source=source, field=f"columns.{name}.expr") from None


def _refuse_cycle(index: ModelIndex, source: str, name: str, above: tuple[str, ...]) -> None:
    text = index.columns(source)[name].expr
    if text is None:
        return
    if name in above:
        circle = " -> ".join((*above[above.index(name) :], name))
        raise SemanticError(
            "cyclic-column", f"computed columns form a circle: {circle}", where=Where(source, f"columns.{name}.expr")
        )
    for field in _computed(index, source, name, text).fields:
        _refuse_cycle(index, source, field.column, (*above, name))


def _joined_field(index: ModelIndex, declared: DeclaredJoin, parts: Parts) -> Field:
    near, far, join = declared.source, declared.join.to, declared.join
    if len(parts) == 1 and find_column(index, near, parts[0]) is None:
        raise field_error(index, near, parts[0], far)
    for role, name in splits(parts):
        side = _side(role, near, join.role, far)
        owner = near if side == NEAR else far
        column = find_column(index, owner, name) if side else None
        if side and column is not None:
            return Field(side, column.name)
    own = find_column(index, near, ".".join(parts))
    if own is not None:
        return Field(NEAR, own.name)
    raise SemanticError(
        "unknown-column",
        f"{'.'.join(parts)!r} belongs to neither side of the join",
        hint=f"write {near}.column or {join.role}.column",
    )


def field_error(index: ModelIndex, near: str, name: str, far: str) -> SemanticError:
    """For a bare name in `on` that the declaring source lacks."""
    hint = f"write {far}.{name}" if find_column(index, far, name) else None
    return SemanticError("unknown-column", f"{near!r} has no column {name!r}", hint=hint)


def _side(role: str, near: str, far_role: str, far: str) -> str | None:
    if role == far_role and far_role != near:
        return FAR
    if role == near:
        return NEAR
    return FAR if role == far else None
