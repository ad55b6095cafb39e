"""A literal beside a column means what the column's declared type makes of it, on every engine; or it is refused.

Engines differ in what they make of `flag = 'true'`, `price > '5'` or `zip = 123`: some convert one side, some the
other, and some compare texts with numbers and find nothing, without an error.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree, fresh, outside_subqueries, position
from semantic_layer.model import ColumnType
from semantic_layer.sqlglot_dialect import sqlglot_dialect

KindOf = Callable[[Tree], ColumnType | None]
"""The declared type of a column node (or what stands for one), None where it is not known."""

MOMENTS = "moments"
"""The argument of a comparison that says that its operands are times."""

_PAIRS = (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is)
_LISTS = (exp.In, exp.Between)
_OF_ITS_ARGUMENT = (exp.Min, exp.Max, exp.AnyValue, exp.Coalesce, exp.Nullif)
_TRUTHS = (exp.LogicalOr, exp.LogicalAnd, exp.Predicate, exp.Connector, exp.Not)
_NUMBERS = (exp.Sum, exp.Avg, exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Mul, exp.Div, exp.Mod, exp.Length)
_TEXTS = (exp.Lower, exp.Upper, exp.Trim, exp.Concat, exp.DPipe, exp.Substring)
_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})
"""What PostgreSQL understands; letter case aside."""

_ISO_TIMES_ONLY = frozenset({"mysql", "sqlite"})
"""Dialects that take other texts for no time at all, and find nothing."""

_DROP_THE_HOUR = frozenset({"duckdb", "postgres", "redshift"})
"""Dialects that read a literal beside a date as a date: `day < '2024-01-31 10:00'` would leave out the 31st. To
ClickHouse it is no date at all."""


def understand(tree: Tree, kind_of: KindOf, dialect: str) -> None:
    """Exchange, in place, each literal for what the declared type of what it is compared with makes of it.

    Comparisons of times are marked (`MOMENTS`). Raises SemanticError `type-mismatch`. Nested queries stay as they are.
    """
    for node in outside_subqueries(tree):
        if isinstance(node, _PAIRS + _LISTS):
            _understand_comparison(node, kind_of, dialect)
        elif isinstance(node, exp.Case) and node.this is not None:
            known = kind(node.this, kind_of)
            if known is not None:
                for branch in node.args["ifs"]:
                    _exchange(branch.this, known, node.this, dialect)


def keys_as_stored(tree: Tree) -> Tree:
    """A join's condition, whose equal columns are compared as they are stored: only so can an engine look them up."""
    for node in tree.find_all(exp.EQ):
        if isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Column):
            node.set(MOMENTS, None)
    return tree


def _understand_comparison(node: Tree, kind_of: KindOf, dialect: str) -> None:
    operands = [node.this, node.expression, node.args.get("low"), node.args.get("high"), *node.expressions]
    kinds = [(operand, kind(operand, kind_of)) for operand in operands if isinstance(operand, exp.Expr)]
    known = {found for _, found in kinds if found is not None}
    if len(known) != 1:
        return
    (wanted,) = known
    named = next(operand for operand, found in kinds if found)
    for operand, _ in kinds:
        _exchange(operand, wanted, named, dialect)
    if wanted is ColumnType.TIME and not node.args.get("query") and not isinstance(node.expression, exp.Null):
        node.args[MOMENTS] = True


def _exchange(operand: Tree, wanted: ColumnType, beside: Tree, dialect: str) -> None:
    read = _literal(operand, wanted, beside, dialect)
    if read is not None:
        operand.replace(read)


def kind(node: Tree, kind_of: KindOf) -> ColumnType | None:
    """The type of a value, as far as it shows; `kind_of` answers for columns."""
    inner = node.unnest()
    if isinstance(inner, exp.Cast):
        return _kind_of_cast(inner)
    if isinstance(inner, _OF_ITS_ARGUMENT):
        return kind(inner.this, kind_of)
    if isinstance(inner, exp.Add | exp.Sub):
        sides = {kind(side, kind_of) for side in (inner.this, inner.expression) if not isinstance(side, exp.Literal)}
        return ColumnType.NUMBER if sides == {ColumnType.NUMBER} else None
    for kinds, known in ((_TRUTHS, ColumnType.BOOLEAN), (_NUMBERS, ColumnType.NUMBER), (_TEXTS, ColumnType.STRING)):
        if isinstance(inner, kinds):
            return known
    return kind_of(inner)


def _kind_of_cast(cast: exp.Cast) -> ColumnType | None:
    for kinds, known in (
        (exp.DataType.TEMPORAL_TYPES, ColumnType.TIME),
        (exp.DataType.NUMERIC_TYPES, ColumnType.NUMBER),
        (exp.DataType.TEXT_TYPES, ColumnType.STRING),
        ({exp.DType.BOOLEAN}, ColumnType.BOOLEAN),
    ):
        if cast.is_type(*kinds):
            return known
    return None


def _literal(node: Tree, wanted: ColumnType, beside: Tree, dialect: str) -> Tree | None:
    """What a literal means in that type; None for what is no literal, or means that already."""
    inner = node.unnest()
    if not isinstance(inner, exp.Literal | exp.Boolean) and not _is_negative_number(inner):
        return None
    read = {
        ColumnType.BOOLEAN: _truth,
        ColumnType.NUMBER: _number,
        ColumnType.STRING: _text,
        ColumnType.TIME: _moment,
    }[wanted](inner, dialect)
    if read is not None:
        return read
    shown = inner.sql(sqlglot_dialect(dialect))
    raise SemanticError(
        "type-mismatch",
        f"{beside.sql(sqlglot_dialect(dialect))} is a {wanted.value}, and {shown} is none",
        where=position(beside),
        hint=_HINTS[wanted].format(shown=shown.strip("'")),
    )


_HINTS = {
    ColumnType.BOOLEAN: "compare it with true or false",
    ColumnType.NUMBER: "compare it with a number",
    ColumnType.STRING: "compare it with a text: '{shown}'",
    ColumnType.TIME: "compare it with a time: '2024-12-31' or '2024-12-31 23:59:59'",
}


def _is_negative_number(node: Tree) -> bool:
    return isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string


def _truth(node: Tree, _: str) -> Tree | None:
    if isinstance(node, exp.Boolean):
        return fresh(node)
    word = node.name.strip().lower()
    if isinstance(node, exp.Neg) or word not in _TRUE | _FALSE:
        return None
    return exp.Boolean(this=word in _TRUE)


def _number(node: Tree, _: str) -> Tree | None:
    if isinstance(node, exp.Boolean):
        return exp.Literal.number(int(node.this))
    if isinstance(node, exp.Neg) or not node.args.get("is_string"):
        return fresh(node)
    try:
        value = Decimal(node.name.strip())
    except InvalidOperation:
        return None
    if not value.is_finite():
        return fresh(node)  # a value of floating point, where an engine has it
    number = exp.Literal.number(format(abs(value), "f"))
    return exp.Neg(this=number) if value < 0 else number


def _text(node: Tree, _: str) -> Tree | None:
    return fresh(node) if isinstance(node, exp.Literal) and node.is_string else None


def _moment(node: Tree, dialect: str) -> Tree | None:
    if not isinstance(node, exp.Literal) or not node.is_string:
        return None
    try:
        moment = datetime.fromisoformat(node.name.strip())
    except ValueError:
        return None if dialect in _ISO_TIMES_ONLY else fresh(node)
    if moment.tzinfo is not None and dialect != "sqlite":
        return None if dialect in _ISO_TIMES_ONLY else exp.Literal.string(_text_in_utc(node.name, moment))
    says_an_hour = len(node.name.strip()) > len("2024-12-31")
    if dialect == "clickhouse" and says_an_hour:
        text = exp.Literal.string(moment.isoformat(" "))
        return exp.Cast(this=text, to=exp.DataType.build("DateTime64(6)", dialect=sqlglot_dialect(dialect)))
    if dialect in _DROP_THE_HOUR and moment.time() != time.min:
        return exp.Cast(this=fresh(node), to=exp.DataType(this=exp.DType.TIMESTAMP, nested=False))
    return fresh(node)


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; at the ends of the calendar, beyond which there is no year, the moment as it is."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _text_in_utc(text: str, moment: datetime) -> str:
    """The same moment with the offset of UTC.

    PostgreSQL, DuckDB and others drop an offset beside a column without one, and would compare with another moment. In
    UTC there is nothing to lose, and a column that has a time zone is still told which moment is meant.
    """
    _, _, rest = text.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    whole = in_utc(moment).replace(microsecond=0, tzinfo=None).isoformat(" ")
    return f"{whole}{'.' if digits else ''}{digits}+00:00"
