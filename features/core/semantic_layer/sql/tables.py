"""What stands in FROM for a source: a physical table, or a common table expression for its SQL."""

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic_layer.errors import SemanticError, placed
from semantic_layer.expressions import Tree, fresh, parse_statement, rebuild
from semantic_layer.expressions.identifiers import Names, identifier
from semantic_layer.frozen import frozen
from semantic_layer.graph import ModelIndex
from semantic_layer.sqlglot_dialect import sqlglot_dialect


@frozen
class SourceQuery:
    """The SQL of a source, taken apart: its own common table expressions, its body, the tables it reads."""

    ctes: tuple[exp.CTE, ...]
    body: exp.Query
    recursive: bool
    tables: frozenset[str]


class TablesBuilder:
    """Collects the sources that one query reads and the common table expressions they need."""

    def __init__(self, index: ModelIndex, sources: Iterable[str], taken: Iterable[str] = ()) -> None:
        self.index = index
        self.names = Names(_physical_names(index, sources) | set(taken))
        self._made: set[str] = set()
        self._ctes: dict[str, str] = {}
        self.expressions: list[exp.CTE] = []
        self.recursive = False

    def table(self, source: str, alias: str) -> exp.Table:
        """The source as a FROM item under an alias."""
        dialect = self.index.dialect
        table = self._named(source)
        table.set("alias", exp.TableAlias(this=identifier(alias, dialect)))
        table.meta["source"] = source  # for the checker, which compares
        return table

    def add(self, name: str, query: exp.Query) -> str:
        """Make a common table expression of a query, and give the name that it has."""
        taken = self.names.take(name)
        self._made.add(taken.casefold())
        self.expressions.append(exp.CTE(this=query, alias=exp.TableAlias(this=identifier(taken, self.index.dialect))))
        return taken

    def hidden_tables(self, tree: exp.Select) -> frozenset[str]:
        """The tables that nested queries of the model's author read and that a common table expression would hide."""
        raw = {
            table.name
            for table in (tree.find_all(exp.Table) if self._made else ())
            if not table.meta and not table.args.get("db")
        }
        return frozenset(name for name in raw if name.casefold() in self._made)

    def _named(self, source: str) -> exp.Table:
        if self.index.sources[source].table is not None:
            return physical_table(self.index, source)
        name = self._ctes.get(source)
        if name is None:
            name = self._ctes[source] = self._add(source)
        return exp.Table(this=identifier(name, self.index.dialect))

    def _add(self, source: str) -> str:
        query = source_query(self.index, source)
        self.recursive = self.recursive or query.recursive
        name = self.names.take(source)
        renamed = {cte.alias: self.names.take(f"{source}_{cte.alias}") for cte in query.ctes}
        for cte in query.ctes:
            alias = fresh(cte.args["alias"])
            alias.set("this", identifier(renamed[cte.alias], self.index.dialect))
            self.expressions.append(exp.CTE(this=_renamed(cte.this, renamed, self.index.dialect), alias=alias))
        body = _renamed(query.body, renamed, self.index.dialect)
        self.expressions.append(exp.CTE(this=body, alias=exp.TableAlias(this=identifier(name, self.index.dialect))))
        return name


def made_table(name: str, dialect: str) -> exp.Table:
    """A reference to a common table expression that was made here."""
    table = exp.Table(this=identifier(name, dialect))
    table.meta["made"] = True
    return table


def physical_table(index: ModelIndex, source: str) -> exp.Table:
    """A new node for a source's table; every part of its name exactly as declared."""
    parts = table_parts(index, source)
    nodes = [identifier(part, index.dialect) for part in parts]
    keys = ("this", "db", "catalog")
    return exp.Table(**dict(zip(keys, reversed(nodes), strict=False)))


def table_parts(index: ModelIndex, source: str) -> tuple[str, ...]:
    """The parts of a table's name, outermost first. Quotes around a part protect the dots in it."""

    def make() -> tuple[str, ...]:
        text = index.sources[source].table or ""
        with placed(source=source, field="table"):
            parts = _quoted_parts(text, index.dialect) or tuple(text.split("."))
            if len(parts) > 3 or not all(part.strip() for part in parts):  # noqa: PLR2004  (catalog, schema, name)
                raise SemanticError("invalid-table", f"{text!r} is not a table's name", hint="catalog.schema.table")
        return parts

    return index.remember(("table", source), make)


def source_query(index: ModelIndex, source: str) -> SourceQuery:
    """The parsed SQL of a source. The trees in it are shared: copy before use."""

    def make() -> SourceQuery:
        with placed(source=source, field="sql"):
            statement = parse_statement(index.sources[source].sql or "", index.dialect)
        tables = frozenset(table.name for table in statement.find_all(exp.Table))
        with_ = statement.args.get("with_")
        body = fresh(statement)
        body.set("with_", None)
        ctes = tuple(with_.expressions) if with_ else ()
        return SourceQuery(ctes, body, bool(with_ and with_.args.get("recursive")), tables)  # type: ignore[arg-type]

    return index.remember(("source-query", source), make)


def _quoted_parts(text: str, dialect: str) -> tuple[str, ...] | None:
    quotes = sqlglot_dialect(dialect).tokenizer_class.IDENTIFIERS
    starts = {quote if isinstance(quote, str) else quote[0] for quote in quotes}
    if not any(start in text for start in starts):
        return None
    try:
        table = exp.maybe_parse(text, into=exp.Table, dialect=sqlglot_dialect(dialect))
    except SqlglotError:
        raise SemanticError("invalid-table", f"{text!r} is not a table's name", hint="catalog.schema.table") from None
    if table.args.get("alias") or not all(isinstance(part, exp.Identifier) for part in table.parts):
        return None
    return tuple(part.name for part in table.parts)


def _physical_names(index: ModelIndex, sources: Iterable[str]) -> set[str]:
    """Names that a common table expression must not take, lest it hide the table of that name."""
    names: set[str] = set()
    for source in sources:
        if index.sources[source].table is not None:
            names.add(table_parts(index, source)[-1])
        else:
            names |= source_query(index, source).tables
    return names


def _renamed(tree: Tree, names: dict[str, str], dialect: str) -> Tree:
    """The tree with references to hoisted expressions renamed; they keep their old name as alias."""
    folded = {name.casefold(): renamed for name, renamed in names.items()}

    def replace(node: Tree) -> Tree | None:
        if not isinstance(node, exp.Table) or node.args.get("db"):
            return None
        renamed = folded.get(node.name.casefold())
        if renamed is None:
            return None
        table = fresh(node)
        if not table.args.get("alias"):
            table.set("alias", exp.TableAlias(this=exp.Identifier(this=node.name, quoted=node.this.quoted)))
        table.set("this", identifier(renamed, dialect))
        return table

    return rebuild(tree, replace)
