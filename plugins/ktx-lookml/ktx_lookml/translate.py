"""A LookML project to views and joins: files, inheritance, then view by view, then the explores."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ktx_lookml.dimensions import Columns
from ktx_lookml.expressions import Expressions
from ktx_lookml.files import Block, Declared, read_files, with_constants
from ktx_lookml.inherit import Family
from ktx_lookml.joins import Known, joins_of
from ktx_lookml.measures import Measures
from ktx_lookml.refusal import NotCarriedOver, refuse_liquid
from ktx_lookml.wire import File, ParseResponse, Skipped, View

_OF_PDTS = ("create_process", "sql_create", "increment_key", "increment_offset")
"""What makes a derived table that no query can stand for."""


def translate(files: Sequence[File], overrides: Mapping[str, str], dialect: str) -> ParseResponse:
    """Everything that can be carried over, and the reason for everything that cannot."""
    declared = _with_constants(read_files(files), overrides)
    family = Family("view", declared.views)
    warnings = [*declared.warnings, *family.warnings]
    views: list[View] = []
    known: dict[str, Known] = {}
    skipped: list[Skipped] = []
    for name in family.names:
        try:
            view, columns = _view(name, family.resolve(name), dialect)
        except NotCarriedOver as why:
            skipped.append(Skipped(name=name, item_type="view", reason=str(why)))
            continue
        except Exception as error:  # noqa: BLE001 - what lkml lets through may be of any shape; the other views go on
            reason = f"it is not understood ({type(error).__name__})"
            skipped.append(Skipped(name=name, item_type="view", reason=reason))
            continue
        if not view.grain:
            warnings.append(f"view {name} has no primary key: nothing says what a row of it is")
        views.append(view)
        known[name] = Known(columns, view.grain)
    joined = joins_of(Family("explore", declared.explores), known, dialect)
    return ParseResponse(
        views=tuple(views),
        joins=tuple(joined.joins),
        skipped_views=tuple(skipped),
        warnings=(*warnings, *joined.warnings),
    )


def _with_constants(declared: Declared, overrides: Mapping[str, str]) -> Declared:
    constants = {**declared.constants, **overrides}
    declared.views = [with_constants(view, constants) for view in declared.views]
    declared.explores = [with_constants(explore, constants) for explore in declared.explores]
    return declared


def _view(name: str, block: Block, dialect: str) -> tuple[View, Columns]:
    table, sql = _origin(name, block, dialect)
    names = frozenset({name, *([table.rpartition(".")[2].strip('"`[]')] if table else [])})
    expressions = Expressions(name, names, dialect)
    columns = Columns(block, expressions)
    measures, skipped_measures = Measures(block, columns, expressions).made()
    made = columns.made()
    view = View(
        name=name,
        source_type="table" if table else "sql",
        table_ref=table,
        sql=sql,
        grain=tuple(made.grain),
        columns=tuple(made.columns),
        measures=measures,
        description=block.get("description"),
        skipped_dimensions=tuple(made.skipped),
        skipped_measures=skipped_measures,
    )
    return view, columns


def _origin(name: str, block: Block, dialect: str) -> tuple[str | None, str | None]:
    """The table, or the query, that a view stands for."""
    derived = block.get("derived_table")
    if derived is None:
        return _table(str(block.get("sql_table_name", name)), dialect), None
    if "explore_source" in derived:
        raise NotCarriedOver("a native derived table (explore_source)")
    for key in _OF_PDTS:
        if key in derived:
            raise NotCarriedOver(f"a persistent derived table ({key})")
    if "sql" not in derived:
        raise NotCarriedOver("a derived table without sql")
    return None, _query(str(derived["sql"]), dialect)


def _table(text: str, dialect: str) -> str:
    _refuse(text, "sql_table_name")
    try:
        table = exp.to_table(text.strip(), dialect=dialect)
    except (SqlglotError, ValueError):
        raise NotCarriedOver("sql_table_name is no table's name") from None
    if not isinstance(table, exp.Table) or not table.name:
        raise NotCarriedOver("sql_table_name is no table's name")
    table.set("alias", None)
    return table.sql(dialect=dialect)


def _query(text: str, dialect: str) -> str:
    _refuse(text, "the SQL of its derived table")
    found = re.search(r"\$\{([^}]*)\}", text)
    if found:
        raise NotCarriedOver(f"its derived table refers to another: {found[1]}")
    try:
        statements = sqlglot.parse(text.strip().removesuffix(";"), dialect=dialect)
    except (SqlglotError, RecursionError):
        raise NotCarriedOver("the SQL of its derived table cannot be parsed") from None
    query = statements[0] if len(statements) == 1 else None
    if not isinstance(query, exp.Query):
        raise NotCarriedOver("the SQL of its derived table is no query")
    return text.strip().removesuffix(";").rstrip()


def _refuse(text: str, where: str) -> None:
    refuse_liquid(text, where=where)
    if "@{" in text:
        raise NotCarriedOver(f"a constant that is not declared: @{{{text.partition('@{')[2].partition('}')[0]}}}")
