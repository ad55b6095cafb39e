"""Every code that validation reports: how bad it is and what it means. The documentation is made from this table."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from semantic_layer.frozen import frozen


class Severity(StrEnum):
    """An error makes some query wrong or impossible; a warning is worth a look."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Code:
    """What a code says of a model."""

    severity: Severity
    meaning: str


def _error(meaning: str) -> Code:
    return Code(Severity.ERROR, meaning)


def _warning(meaning: str) -> Code:
    return Code(Severity.WARNING, meaning)


CODES: Mapping[str, Code] = MappingProxyType(
    {
        # the shape of a source
        "unknown-key": _error("a key that means nothing where it stands"),
        "missing-key": _error("a key that has to be there is missing"),
        "invalid-value": _error("a value is not of the kind that its key wants"),
        "table-xor-sql": _error("a source has neither a table nor sql, or both"),
        "unknown-type": _error("a column's type is none of string, number, time, boolean"),
        "unknown-visibility": _error("a column's visibility is none of public, internal, hidden"),
        "unknown-role": _error("a column's role is neither time nor default"),
        "unknown-granularity": _error("a natural granularity that does not exist"),
        "unknown-relationship": _error("a relationship that is none of many_to_one, one_to_many, one_to_one"),
        # names
        "duplicate-source": _error("two sources have one name"),
        "duplicate-column": _error("two columns of a source have one name"),
        "duplicate-measure": _error("two measures of a source have one name"),
        "duplicate-segment": _error("two segments of a source have one name"),
        "invalid-table": _error("the table of a source is not a table's name"),
        "alias-clash": _error("a join's alias is also a source's name, or stands for two different targets"),
        "same-measure-twice": _warning("two measures of a source compute the same thing"),
        # SQL, grain and projection
        "not-a-query": _error("the sql of a source is not a SELECT, or does more than read"),
        "several-statements": _error("a text holds more than one statement or expression"),
        "unknown-grain-column": _error("a grain column is not among the columns of its source"),
        "column-not-projected": _error("a column or grain column is not in what the source's SQL selects"),
        "unknown-time-dimension": _error("the default time dimension is not a column of its source"),
        "time-dimension-type": _warning("the default time dimension is not of type time"),
        # joins
        "unknown-join-target": _error("a join leads to a source that does not exist"),
        "self-join-without-alias": _error("a source joins itself without an alias for the other side"),
        "ambiguous-join": _error("a source joins one target twice without aliases that tell the two apart"),
        "one-sided-join": _error("a join's on reads columns of one side only: every row meets every row"),
        "relationship-contradicts-grain": _error("the grain of a side says that the declared relationship is false"),
        "relationship-not-proven": _warning("neither the grain nor a unique constraint bears a relationship out"),
        "join-types-differ": _warning("a join compares columns of different types"),
        "disconnected-sources": _warning("some sources are connected with the others by no join"),
        "join-missing": _warning("a SQL source selects the key of another source and joins nothing"),
        # expressions
        "syntax-error": _error("a text is not one SQL expression"),
        "empty-expression": _error("an expression is empty"),
        "expression-too-long": _error("an expression is too long to be meant"),
        "expression-too-deep": _error("an expression is nested too deeply"),
        "unsupported-syntax": _error("an expression holds what has no place in one"),
        "window-function": _error("an expression holds a window function"),
        "parameter": _error("an expression holds a parameter or a variable"),
        "star": _error("'*' outside count(*)"),
        "not-boolean": _error("a segment, filter or join condition is not a truth value"),
        "type-mismatch": _error("an aggregate or an operation on values it is not made for: the sum of a text"),
        "wrong-arguments": _error("a function has too few or too many arguments"),
        "percentile-fraction": _error("the fraction of a percentile is not a number between 0 and 1"),
        "unknown-column": _error("an expression names a column that does not exist"),
        "unknown-source": _error("an expression names a source that does not exist"),
        "foreign-column": _error("a computed column reads another source"),
        "cyclic-column": _error("computed columns are made of each other"),
        # measures
        "unknown-measure": _error("a measure is made of a measure that does not exist"),
        "unknown-segment": _error("a measure names a segment that its source does not have"),
        "cyclic-measure": _error("measures are made of each other"),
        "no-aggregate": _error("a measure aggregates nothing"),
        "bare-column": _error("a measure uses a column without aggregating it"),
        "nested-aggregate": _error("an aggregate stands inside another"),
        "aggregate-not-allowed": _error("an aggregate stands where there is one row only"),
        "unsupported-aggregate": _error("an aggregate whose behaviour under joins and filters is not known"),
        "subquery-in-measure": _error("a measure holds a query"),
        "fan-out": _error("a measure aggregates something of which one of its rows has not exactly one"),
        "ambiguous-path": _error("a measure's filter reaches another source in equally good ways"),
        "filter-too-complex": _error("a measure's filter compares details that only meet in what they belong to"),
        "unsupported-in-dialect": _error("a measure needs what the dialect lacks, and nothing there is equivalent"),
        "unreachable-filter": _error("a measure's filter reads a source that no join connects"),
    }
)


def severity_of(code: str) -> Severity:
    """How bad a finding of this code is; what the compiler refuses under a code of its own is an error."""
    known = CODES.get(code)
    return known.severity if known else Severity.ERROR
