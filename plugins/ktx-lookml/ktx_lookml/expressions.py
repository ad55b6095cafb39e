"""A field's SQL: `${…}` resolved, parsed, and written again in the dialect. No SQL is put together as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ktx_lookml.refusal import NotCarriedOver, refuse_liquid

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_TABLE = "ktx__table"
_FIELD = "ktx__field_"
_FOLDED_BY_THE_ENGINE = frozenset({"postgres", "redshift"})
"""Dialects in which a bare name is folded to lower case: a model has to say it so."""


@dataclass(slots=True)
class Sql:
    """A parsed expression. `physical` are the table's columns in it, `fields` the view's fields that it names."""

    tree: exp.Expr
    physical: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)

    @property
    def plain_column(self) -> str | None:
        """The name, where the expression is one column of the table and no more."""
        return self.physical[0] if isinstance(self.tree, exp.Column) and self.physical else None


Resolve = Callable[[str], exp.Expr]
"""A field of the view to what stands for it. Raises `NotCarriedOver`."""


class Expressions:
    """Reads the SQL of one view's fields. A column may be qualified with one of `names` and is still its own."""

    def __init__(self, view: str, names: frozenset[str], dialect: str) -> None:
        self.dialect = dialect
        self.view = view
        self._names = frozenset(name.lower() for name in names)

    def read(self, text: str, resolve: Resolve) -> Sql:
        """Parse `text`. Raises `NotCarriedOver` for what cannot be an expression over one view."""
        refuse_liquid(text, where="its SQL")
        if "@{" in text:
            raise NotCarriedOver(f"a constant that is not declared: @{{{text.partition('@{')[2].partition('}')[0]}}}")
        referenced: list[str] = []

        def placeholder(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name == "TABLE":
                return _TABLE
            own, dot, rest = name.partition(".")
            if dot and (own != self.view or "." in rest):
                raise NotCarriedOver(f"cross-view reference: {name}")
            referenced.append(rest if dot else own)
            return f"{_FIELD}{len(referenced) - 1}"

        tree = self._parsed(_REFERENCE.sub(placeholder, text))
        sql = Sql(exp.Paren(this=tree), fields=referenced)
        for column in list(tree.find_all(exp.Column)):
            self._settle(column, sql, resolve)
        # A wrapper around the root lets the root itself be replaced.
        sql.tree = sql.tree.this
        return sql

    def text(self, tree: exp.Expr) -> str:
        """The expression in the dialect."""
        return tree.sql(dialect=self.dialect, comments=False)

    def physical(self, name: str, *, quoted: bool) -> str:
        """A column's name as a model says it."""
        return name.lower() if not quoted and self.dialect in _FOLDED_BY_THE_ENGINE else name

    def column(self, name: str) -> exp.Column:
        """A column of the view, quoted where bare letters would not do."""
        bare = re.fullmatch(r"[a-z_][a-z0-9_]*", name) is not None and not self._is_keyword(name)
        return exp.Column(this=exp.Identifier(this=name, quoted=not bare))

    def _is_keyword(self, name: str) -> bool:
        try:
            return not isinstance(sqlglot.parse_one(name, dialect=self.dialect), exp.Column)
        except SqlglotError:
            return True

    def _parsed(self, text: str) -> exp.Expr:
        try:
            statements = sqlglot.parse(f"SELECT {text.strip()}", dialect=self.dialect)
        except (SqlglotError, RecursionError):
            raise NotCarriedOver("its SQL cannot be parsed") from None
        select = statements[0] if len(statements) == 1 else None
        if not isinstance(select, exp.Select) or len(select.expressions) != 1 or _has_more_clauses(select):
            raise NotCarriedOver("its SQL is no single expression")
        tree: exp.Expr = select.expressions[0]
        if isinstance(tree, exp.Star | exp.Alias):
            raise NotCarriedOver("its SQL is no single expression")
        if tree.find(exp.Query) is not None:
            raise NotCarriedOver("a subquery in its SQL")
        if tree.find(exp.Window) is not None:
            raise NotCarriedOver("a window function in its SQL")
        tree.pop()
        return tree

    def _settle(self, column: exp.Column, sql: Sql, resolve: Resolve) -> None:
        name, table = column.name, column.table
        if column.args.get("db") is not None:
            raise NotCarriedOver(f"a column of another table: {column.sql()}")
        if not table and name.lower() == _TABLE:
            raise NotCarriedOver("${TABLE} without a column")
        if not table and name.lower().startswith(_FIELD):
            column.replace(resolve(sql.fields[int(name[len(_FIELD) :])]))
            return
        if table and table.lower() != _TABLE and table.lower() not in self._names:
            raise NotCarriedOver(f"a column of another table: {table}.{name}")
        physical = self.physical(name, quoted=bool(column.this.args.get("quoted")))
        sql.physical.append(physical)
        column.replace(self.column(physical))


def _has_more_clauses(select: exp.Select) -> bool:
    return any(
        value for key, value in select.args.items() if key not in {"expressions", "kind", "hint", "operation_modifiers"}
    )
