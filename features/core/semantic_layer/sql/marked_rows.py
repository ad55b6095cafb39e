"""Rows that have such details, marked by a join with their keys: where EXISTS may not stand in an aggregate.

    LEFT JOIN (SELECT DISTINCT orders.id AS key_1 FROM orders INNER JOIN items ON … WHERE …) AS marked
    ON orders.id = marked.key_1

A derived table of distinct keys and an outer join by equality are the common ground of all dialects; it marks a row
once at most, since the keys are the grain of the rows outside.
"""

from sqlglot import exp

from semantic_layer.expressions import Tree, conjunction
from semantic_layer.expressions.identifiers import Names, column, identifier
from semantic_layer.graph import Edge
from semantic_layer.sql.joins import FromBuilder

WITH_MARKED_ROWS = frozenset({"bigquery", "clickhouse", "databricks", "redshift", "snowflake", "trino"})
"""Dialects that refuse a correlated EXISTS outside WHERE (Databricks), correlate with limits (ClickHouse, Snowflake,
Redshift, BigQuery), or cannot be run here to see."""


def is_marked(rows: FromBuilder, way: tuple[Edge, ...], atoms: list[Tree]) -> Tree:
    """True for a row that has a row at the end of `way`, and what lies behind it, of which all `atoms` are true."""
    inner = FromBuilder(rows.index, rows.tables, rows.root, Names(), must_exist=True)
    inner.alias_of(way)
    where = conjunction([inner.render(atom) for atom in atoms])
    dialect = rows.index.dialect
    grain = rows.index.source_of(rows.root).grain
    keys = [f"key_{number}" for number, _ in enumerate(grain, start=1)]
    select = exp.Select(
        expressions=[
            exp.Alias(this=inner.column_at((), rows.root, name), alias=identifier(key, dialect))
            for name, key in zip(grain, keys, strict=True)
        ],
        distinct=exp.Distinct(),
    )
    inner.apply(select)
    if where is not None:
        select.set("where", exp.Where(this=where))
    alias = rows.derived(select, "marked", lambda marked: _same_row(rows, marked, dict(zip(grain, keys, strict=True))))
    return exp.Not(this=exp.Is(this=column(keys[0], alias, dialect), expression=exp.Null()))


def _same_row(rows: FromBuilder, marked: str, keys: dict[str, str]) -> Tree:
    same = [
        exp.EQ(
            this=rows.column_at((), rows.root, name),
            expression=column(key, marked, rows.index.dialect),
        )
        for name, key in keys.items()
    ]
    return conjunction(list[Tree](same)) or exp.true()
