"""From the emitted tree to a proof, or a refusal."""

from collections.abc import Mapping

from sqlglot import exp

from semantic_layer.checker.aggregates import is_null_padding, minds_repetition, outermost_aggregates
from semantic_layer.checker.joins import judge_join
from semantic_layer.checker.marks import judge_marks
from semantic_layer.checker.proof import JoinProof, MeasureProof, Proof
from semantic_layer.checker.refusal import unproven
from semantic_layer.checker.tables import claimed_source
from semantic_layer.expressions import Tree
from semantic_layer.frozen import frozen
from semantic_layer.graph import ModelIndex


@frozen
class Rows:
    """The rows of a source as a SELECT has them: repeated when some join multiplies them."""

    source: str
    joins: tuple[JoinProof, ...]

    @property
    def repeated(self) -> bool:
        """Whether a row of the source may be there more than once."""
        return any(join.multiplies for join in self.joins)


@frozen
class Derived:
    """What a nested query gives: a column is a group key (None) or holds these aggregates.

    With `rows` it is not grouped yet: its rows are still those of a source, and its columns values of each row.
    """

    columns: dict[str, tuple[MeasureProof, ...] | None]
    rows: Rows | None = None


def check_query(index: ModelIndex, select: exp.Select, expected: Mapping[str, frozenset[str]]) -> Proof:
    """Prove that each measure in `select` is aggregated over the rows of its own source, each counted once.

    `expected` maps each alias of the answer to the sources whose rows it aggregates: empty for a dimension. Raises
    SemanticError (`unproven-plan`).
    """
    with_ = select.args.get("with_")
    named = {cte.alias: cte.this for cte in with_.expressions} if with_ else {}
    answer = _derived(index, select, named)
    if answer.rows is not None:
        raise unproven("it gives the rows of a source, not groups of them")
    columns = answer.columns
    proofs = {alias: found or () for alias, found in columns.items()}
    if list(proofs) != list(expected):
        raise unproven("its columns are not those that were asked for")
    for alias, sources in expected.items():
        if {proof.source for proof in proofs[alias]} != sources:
            raise unproven(f"the column {alias!r} is not aggregated over the rows of its own source")
    return Proof(proofs)


def _derived(index: ModelIndex, query: Tree, named: Mapping[str, Tree]) -> Derived:
    if isinstance(query, exp.Union):
        return _stacked(_derived(index, query.left, named), _derived(index, query.right, named), query)
    if isinstance(query, exp.Subquery):
        return _derived(index, query.this, named)
    if not isinstance(query, exp.Select):
        raise unproven(f"it contains a {query.key}")
    origin = query.args["from_"].this
    inner = _inner(index, origin, named)
    if inner is None:
        return _over_rows(index, query, _rows(index, query))
    if query.args.get("joins"):
        raise unproven("aggregates are joined with each other")
    if inner.rows is not None:
        return _over_rows(index, query, inner.rows)
    return _passed_on(query, inner, grouped=query.args.get("group") is not None or _aggregates(query))


def _inner(index: ModelIndex, origin: Tree, named: Mapping[str, Tree]) -> Derived | None:
    """What a FROM item gives when it is a nested query; None when it is a source."""
    if isinstance(origin, exp.Subquery):
        return _derived(index, origin.this, named)
    if isinstance(origin, exp.Table) and claimed_source(index, origin) is None and origin.name in named:
        return _derived(index, named[origin.name], named)
    return None


def _rows(index: ModelIndex, select: exp.Select) -> Rows:
    """What a SELECT reads: FROM one source, every other joined to what is there already."""
    origin = select.args["from_"].this
    source = _source(index, origin)
    aliases = {origin.alias_or_name: source}
    proofs: list[JoinProof] = []
    for join in select.args.get("joins") or ():
        if join.side != "LEFT":
            raise unproven("a join that is not an outer one would lose rows")
        if isinstance(join.this, exp.Subquery):
            proofs.append(judge_marks(join, source))
            continue
        aliases[join.this.alias_or_name] = _source(index, join.this)
        proofs.append(judge_join(index, join.args["on"], aliases, join.this.alias_or_name))
    return Rows(source, tuple(proofs))


def _over_rows(index: ModelIndex, select: exp.Select, rows: Rows) -> Derived:
    """A SELECT over the rows of a source: grouped and aggregated, or passed on row by row."""
    keys = _group_keys(select)
    columns: dict[str, tuple[MeasureProof, ...] | None] = {}
    plain: list[str] = []
    for projection in select.expressions:
        value, name = projection.unalias(), projection.alias_or_name
        nodes = list(outermost_aggregates(value))
        found = tuple(_proof(index, rows, node) for node in nodes)
        is_grouping = any(not isinstance(node, exp.Window) for node in nodes)
        if not is_grouping and value not in keys:
            plain.append(name)
        columns[name] = found if is_grouping else None
    for clause in ("having", "order"):
        if (tree := select.args.get(clause)) is not None:
            for node in outermost_aggregates(tree):
                _proof(index, rows, node)
    if not plain:
        return Derived(columns)
    if keys or any(found is not None for found in columns.values()):
        raise unproven(f"the column {plain[0]!r} is neither aggregated nor grouped by")
    return Derived(columns, rows)


def _proof(index: ModelIndex, rows: Rows, node: Tree) -> MeasureProof:
    minds = minds_repetition(node)
    if rows.repeated and minds:
        guilty = next(join for join in rows.joins if join.multiplies)
        raise unproven(f"a row of {rows.source!r} counts once for each row of {guilty.to_source!r}")
    grain = index.sources[rows.source].grain
    return MeasureProof(rows.source, grain, node.key, rows.repeated, rows.joins)


def _stacked(first: Derived, second: Derived, union: exp.Union) -> Derived:
    """UNION ALL of aggregations: each value comes from one side, the other has NULL for it."""
    if first.rows is not None or second.rows is not None:
        raise unproven("a union stacks rows of sources, not groups of them")
    if union.args.get("distinct"):
        raise unproven("a union that drops duplicates would drop rows")
    if list(first.columns) != list(second.columns):
        raise unproven("the sides of a union differ in their columns")
    columns: dict[str, tuple[MeasureProof, ...] | None] = {}
    for name, left in first.columns.items():
        right = second.columns[name]
        if (left is None) != (right is None):
            raise unproven(f"the column {name!r} is a key on one side of a union and a value on the other")
        if left and right:
            raise unproven(f"both sides of a union bring values for {name!r}")
        columns[name] = None if left is None else left or right
    return Derived(columns)


def _passed_on(select: exp.Select, inner: Derived, *, grouped: bool) -> Derived:
    """A SELECT over aggregations: keys stay keys, values are taken as they are or by what minds no repetition."""
    keys = _group_keys(select)
    inner_keys = {name for name, found in inner.columns.items() if found is None}
    if grouped and {key.name for key in keys if isinstance(key, exp.Column)} != inner_keys:
        raise unproven("groups of several facts meet on something else than the dimensions")
    columns: dict[str, tuple[MeasureProof, ...] | None] = {}
    for projection in select.expressions:
        value = projection.unalias()
        name = projection.alias_or_name
        if is_null_padding(projection):
            columns[name] = ()
            continue
        read = {node.name for node in value.find_all(exp.Column)}
        unknown = read - inner.columns.keys()
        if unknown:
            raise unproven(f"the column {name!r} reads what the aggregations do not give")
        if grouped and any(minds_repetition(node) for node in outermost_aggregates(value)):
            raise unproven(f"the column {name!r} aggregates aggregates")
        if len(read) == 1 and read <= inner_keys:
            columns[name] = None
            continue
        found = [proof for column in sorted(read) for proof in inner.columns[column] or ()]
        columns[name] = tuple(dict.fromkeys(found))
    return Derived(columns)


def _source(index: ModelIndex, table: Tree) -> str:
    source = claimed_source(index, table)
    if source is None:
        raise unproven(f"it reads {table.name!r}, which is no source of the model")
    return source


def _group_keys(select: exp.Select) -> frozenset[Tree]:
    group = select.args.get("group")
    return frozenset(group.expressions) if group is not None else frozenset()


def _aggregates(select: exp.Select) -> bool:
    return any(True for projection in select.expressions for _ in outermost_aggregates(projection))
