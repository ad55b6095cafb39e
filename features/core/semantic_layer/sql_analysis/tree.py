"""What a read-only statement's tree may consist of: everything else is refused, by the name of the construct."""

from sqlglot import exp

from semantic_layer.sql_analysis.effects import Effects
from semantic_layer.sql_analysis.refusal import RefusedError

QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
"""What a statement may be, and what may stand for a query inside one."""

_STRUCTURE: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Alias,
        exp.Aliases,
        exp.AtIndex,
        exp.AtTimeZone,
        exp.CTE,
        exp.CharacterSet,
        exp.Cluster,
        exp.ColumnDef,
        exp.Comprehension,
        exp.Cube,
        exp.DataType,
        exp.DataTypeParam,
        exp.DerivedTable,
        exp.Distinct,
        exp.Distribute,
        exp.ExplodeOuter,
        exp.Fetch,
        exp.Filter,
        exp.Final,
        exp.ForClause,
        exp.ForIn,
        exp.FormatJson,
        exp.From,
        exp.FromTimeZone,
        exp.Group,
        exp.GroupingSets,
        exp.Having,
        exp.HavingMax,
        exp.HistoricalData,
        exp.Identifier,
        exp.IgnoreNulls,
        exp.IndexTableHint,
        exp.Interval,
        exp.IntervalOp,
        exp.IntervalSpan,
        exp.Introducer,
        exp.JSON,
        exp.JSONColumnDef,
        exp.JSONExtractQuote,
        exp.JSONKeyValue,
        exp.JSONPath,
        exp.JSONPathFilter,
        exp.JSONPathKey,
        exp.JSONPathPart,
        exp.JSONPathRecursive,
        exp.JSONPathRoot,
        exp.JSONPathScript,
        exp.JSONPathSelector,
        exp.JSONPathSlice,
        exp.JSONPathSubscript,
        exp.JSONPathUnion,
        exp.JSONPathWildcard,
        exp.JSONSchema,
        exp.JSONValue,
        exp.Join,
        exp.Lambda,
        exp.Lateral,
        exp.Limit,
        exp.LimitOptions,
        exp.MatchRecognize,
        exp.MatchRecognizeMeasure,
        exp.National,
        exp.ObjectIdentifier,
        exp.Offset,
        exp.OnCondition,
        exp.OpenJSONColumnDef,
        exp.Order,
        exp.Ordered,
        exp.OverflowTruncateBehavior,
        exp.Partition,
        exp.PartitionByExcluding,
        exp.Pivot,
        exp.PivotAlias,
        exp.PivotAny,
        exp.PositionalColumn,
        exp.PreWhere,
        exp.Prior,
        exp.PseudoType,
        exp.Qualify,
        exp.QueryOption,
        exp.RecursiveWithSearch,
        exp.RespectNulls,
        exp.Rollup,
        exp.Schema,
        exp.ScopeResolution,
        exp.Slice,
        exp.Sort,
        exp.Star,
        exp.Table,
        exp.TableAlias,
        exp.TableColumn,
        exp.TableFromRows,
        exp.TableSample,
        exp.TimeUnit,
        exp.TranslateCharacters,
        exp.Tuple,
        exp.UDTF,
        exp.UnpivotColumns,
        exp.Values,
        exp.Var,
        exp.Variadic,
        exp.Version,
        exp.When,
        exp.Where,
        exp.WindowSpec,
        exp.With,
        exp.WithFill,
        exp.WithTableHint,
        exp.WithinGroup,
        exp.XMLKeyValueOption,
        exp.XMLNamespace,
    }
)
_FAMILIES = (exp.Condition, exp.Func, exp.Query)
_REFUSED_ARGUMENTS = {"into": "INTO", "locks": "a locking clause", "laterals_into": "INTO"}


def vet_tree(root: exp.Expr, effects: Effects) -> None:
    """Raise `RefusedError` unless `root` is a query made of nothing but reading."""
    if not isinstance(root, QUERIES):
        raise RefusedError(f"a statement that is no query ({_name(root)})", _offset(root))
    for node in root.walk():
        if type(node) not in _STRUCTURE and not isinstance(node, _FAMILIES):
            raise RefusedError(f"a construct that is not known to only read ({_name(node)})", _offset(node))
        for argument, what in _REFUSED_ARGUMENTS.items():
            if node.args.get(argument):
                raise RefusedError(what, _offset(node))
        if isinstance(node, exp.CTE | exp.Subquery):
            _vet_nested(node)
        if isinstance(node, exp.Table):
            _vet_table(node, effects)
        elif isinstance(node, exp.Lateral):
            _vet_relation(node.this, effects)
        if isinstance(node, exp.Select):
            _vet_settings(node, effects)


def _vet_nested(node: exp.CTE | exp.Subquery) -> None:
    inner = node.this
    if isinstance(node, exp.Subquery) and isinstance(inner, exp.Table):
        return
    if isinstance(node, exp.CTE) and isinstance(inner, exp.Condition) and not isinstance(inner, exp.Func):
        return  # ClickHouse names an expression in WITH; what is in it is walked like the rest
    if not isinstance(inner, QUERIES):
        raise RefusedError(f"a part that is no query ({_name(inner)})", _offset(node))


def _vet_table(table: exp.Table, effects: Effects) -> None:
    relation = table.this
    if relation is None and table.args.get("rows_from"):
        return  # ROWS FROM (…): each function in it is a table of its own, further down the walk
    if not isinstance(relation, exp.Identifier):
        _vet_relation(relation, effects)
    else:
        _vet_name(table, relation, effects)


def _vet_name(table: exp.Table, relation: exp.Identifier, effects: Effects) -> None:
    parts = [part.name for part in table.parts]
    if effects.file_formats:
        _refuse_file(table, parts, effects)
    name = relation.name.lower()
    if name.startswith("pragma_") and not effects.accepts_relation(name):
        raise RefusedError(f"the relation {relation.name}", _offset(table))


def _refuse_file(table: exp.Table, parts: list[str], effects: Effects) -> None:
    """Engines with `file_formats` read a relation's name as a path when no table has it."""
    *qualifiers, last = parts
    ending = last.rpartition(".")[2].lower()
    suffixed = ending in effects.file_formats and (bool(qualifiers) or ending != last.lower())
    formatted = any(qualifier.lower() in effects.file_formats for qualifier in qualifiers)
    is_path = any(mark in part for part in parts for mark in "/\\:*?") or (not qualifiers and "." in last)
    if is_path or suffixed or formatted:
        raise RefusedError(f"the relation {'.'.join(parts)}, which the engine may read from a file", _offset(table))


def _vet_relation(relation: object, effects: Effects) -> None:
    """A function or a query in FROM position."""
    if isinstance(relation, exp.Dot):
        relation = relation.expression
    if isinstance(relation, exp.Anonymous) and relation.name.upper() == "TABLE":
        for inner in relation.expressions:
            _vet_relation(inner, effects)
    elif isinstance(relation, exp.Func):
        names = [relation.name] if isinstance(relation, exp.Anonymous) else relation.sql_names()
        if not any(effects.accepts_relation(name) for name in names):
            raise RefusedError(f"the relation {names[0].lower()}(…)", _offset(relation))
    elif isinstance(relation, exp.Identifier):
        raise RefusedError("a table on another server", _offset(relation))
    elif not isinstance(relation, (*QUERIES, exp.UDTF, exp.TableFromRows, exp.Schema)):
        raise RefusedError(f"{_name(relation)} in FROM position, which may name a file", _offset(relation))


def _vet_settings(select: exp.Select, effects: Effects) -> None:
    for setting in select.args.get("settings") or ():
        name = setting.this.name if isinstance(setting, exp.EQ) else setting.name
        if name.lower() not in effects.settings:
            raise RefusedError(f"the setting {name}", _offset(setting))


def _name(node: object) -> str:
    return type(node).__name__.lower()


def _offset(node: object) -> int | None:
    """Where `node` begins, from the first of its parts that sqlglot gave a position."""
    if not isinstance(node, exp.Expr):
        return None
    starts = [start for part in node.walk() if isinstance(start := part.meta.get("start"), int)]
    return min(starts, default=None)
