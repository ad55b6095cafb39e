"""Computed columns of an outer join's far side: NULL where there is no row, whatever the expression makes of NULLs."""

from sqlglot import exp

from semantic_layer.expressions import Tree, field_at
from semantic_layer.expressions.identifiers import column
from semantic_layer.graph import Edge, ModelIndex, computed_column, join_condition, key_columns

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


def is_null_without_row(tree: Tree) -> bool:
    """Whether an expression over the columns of one row is NULL by itself when that row is missing."""
    reads = False
    for node in tree.dfs():
        if not isinstance(node, _STRICT):
            return False
        reads = reads or field_at(node) is not None
    return reads


def only_with_row(index: ModelIndex, tree: Tree, edge: Edge, alias: str) -> Tree:
    """The expression where the far row of a join exists, NULL elsewhere."""
    present: Tree = exp.Not(
        this=exp.Is(this=column(_never_null(index, edge), alias, index.dialect), expression=exp.Null())
    )
    return exp.Case(ifs=[exp.If(this=present, true=tree)])


def _never_null(index: ModelIndex, edge: Edge) -> str:
    """A physical column of the far side that no matching row has NULL: one that the join equates, else the grain."""
    source = index.source_of(edge.far).name
    pairs = key_columns(join_condition(index, edge.declared).tree)
    equated = [pair[0] if edge.flipped else pair[1] for pair in pairs]
    candidates = [*equated, *index.sources[source].grain]
    physical = [name for name in candidates if computed_column(index, source, name) is None]
    return physical[0] if physical else candidates[0]
