"""What the columns of the answer are called: valid, stable, and never two alike."""

from collections import Counter
from collections.abc import Sequence

from semantic_layer.errors import SemanticError
from semantic_layer.expressions.identifiers import LONGEST_NAME, distinct, shortened
from semantic_layer.resolve.records import Dimension, Named, RequestedMeasure


def name_columns(dimensions: Sequence[Dimension], measures: Sequence[RequestedMeasure]) -> tuple[Named, ...]:
    """Names for dimensions, then measures. Raises when two columns would share one."""
    columns: list[Dimension | RequestedMeasure] = [*dimensions, *measures]
    aliases = _aliases(columns)
    names = _contract_names(columns, aliases)
    return tuple(Named(alias, name) for alias, name in zip(aliases, names, strict=True))


def _aliases(columns: list[Dimension | RequestedMeasure]) -> list[str]:
    """The shortest of each column's candidates that no other column has."""
    candidates = [_candidates(column) for column in columns]
    level = [0] * len(columns)
    while True:
        chosen = [options[min(at, len(options) - 1)] for options, at in zip(candidates, level, strict=True)]
        counts = Counter(alias.casefold() for alias in chosen)
        clashing = [at for at, alias in enumerate(chosen) if counts[alias.casefold()] > 1]
        if not clashing:
            return chosen
        movable = [at for at in clashing if level[at] + 1 < len(candidates[at])]
        if not movable:
            raise SemanticError(
                "duplicate-column-name",
                f"two columns would be called {chosen[clashing[0]]!r}",
                hint="give one of them another name: {expr, name}",
            )
        for at in movable:
            level[at] += 1


def _candidates(column: Dimension | RequestedMeasure) -> list[str]:
    if isinstance(column, Dimension):
        suffix = f"_{column.granularity.value}" if column.granularity else ""
        options = [column.field.column + suffix, f"{column.field.role}_{column.field.column}{suffix}"]
        return [shortened(option) for option in (*options, distinct(options[1], column.text + suffix))]
    if column.given_name is not None:
        _require_name(column.given_name)
        return [column.given_name]
    if column.declared is not None:
        options = [column.declared, f"{column.role}_{column.declared}", f"{column.role}_{column.declared}_measure"]
        return [shortened(option) for option in options]
    plain = _identifier(column.text)
    return [shortened(plain), distinct(plain, column.text)]


def _contract_names(columns: list[Dimension | RequestedMeasure], aliases: list[str]) -> list[str]:
    first = [_contract_name(column, alias) for column, alias in zip(columns, aliases, strict=True)]
    counts = Counter(first)
    seen: set[str] = set()
    names = []
    for column, alias, name in zip(columns, aliases, first, strict=True):
        chosen = name
        if counts[name] > 1 and isinstance(column, Dimension) and column.granularity:
            chosen = f"{name}@{column.granularity.value}"
        elif (counts[name] > 1 and isinstance(column, RequestedMeasure) and column.given_name) or name in seen:
            chosen = alias
        seen.add(chosen)
        names.append(chosen)
    return names


def _contract_name(column: Dimension | RequestedMeasure, alias: str) -> str:
    if isinstance(column, Dimension):
        return column.text
    return alias if column.declared is None else f"{column.role}.{column.declared}"


def _require_name(name: str) -> None:
    if len(name.encode()) > LONGEST_NAME or not name.strip() or not name.isprintable():
        raise SemanticError(
            "invalid-name", f"a column's name is printable text of at most {LONGEST_NAME} bytes", hint="shorten it"
        )


def _identifier(text: str) -> str:
    """`sum(orders.amount)` becomes `sum_orders_amount`."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in text.lower()).split()
    name = "_".join(words) or "measure"
    return f"measure_{name}" if name[0].isdigit() else name
