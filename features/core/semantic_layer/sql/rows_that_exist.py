"""Computed columns of an outer join's far side: NULL where there is no row, whatever the expression makes of NULLs."""

from sqlglot import exp

from semantic_layer.expressions import Tree, conjuncts, field_at
from semantic_layer.expressions.identifiers import column
from semantic_layer.graph import FAR, NEAR, Edge, ModelIndex, computed_column, join_condition, key_columns

_STRICT = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Paren,
    exp.Neg,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Div,
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.Like,
    exp.Between,
    exp.Cast,
    exp.DataType,
    exp.Lower,
    exp.Upper,
    exp.Abs,
    exp.Round,
    exp.Extract,
    exp.TimestampTrunc,
    exp.Var,
    exp.Nullif,
)
"""NULL when one of their operands is."""


def is_null_without_row(tree: Tree, role: str | None = None) -> bool:
    """Whether an expression is NULL by itself when the row that it reads (of that role) is missing."""
    reads = False
    for node in tree.dfs():
        if not isinstance(node, _STRICT):
            return False
        field = field_at(node)
        reads = reads or (field is not None and role in (None, field.role))
    return reads


def needs_near_row(index: ModelIndex, edge: Edge) -> bool:
    """Whether an edge's `on` could be true of the NULLs that stand for a missing row of its near side."""
    near = FAR if edge.flipped else NEAR
    return not any(_rejects(index, edge, part, near) for part in conjuncts(join_condition(index, edge.declared).tree))


def _rejects(index: ModelIndex, edge: Edge, part: Tree, near: str) -> bool:
    source = index.source_of(edge.near).name
    fields = [field for node in part.dfs() if (field := field_at(node)) and field.role == near]
    computed = [computed_column(index, source, field.column) for field in fields]
    return is_null_without_row(part, near) and all(
        found is None or is_null_without_row(found.tree) for found in computed
    )


def row_exists(index: ModelIndex, edge: Edge, alias: str) -> Tree:
    """True where the far side of a join found its row."""
    return exp.Not(this=exp.Is(this=column(_never_null(index, edge), alias, index.dialect), expression=exp.Null()))


def only_with_row(index: ModelIndex, tree: Tree, edge: Edge, alias: str) -> Tree:
    """The expression where the far row of a join exists, NULL elsewhere."""
    return exp.Case(ifs=[exp.If(this=row_exists(index, edge, alias), true=tree)])


def _never_null(index: ModelIndex, edge: Edge) -> str:
    """A physical column of the far side that no matching row has NULL: one that the join equates, else the grain."""
    source = index.source_of(edge.far).name
    pairs = key_columns(join_condition(index, edge.declared).tree)
    equated = [pair[0] if edge.flipped else pair[1] for pair in pairs]
    candidates = [*equated, *index.sources[source].grain]
    physical = [name for name in candidates if computed_column(index, source, name) is None]
    return physical[0] if physical else candidates[0]
