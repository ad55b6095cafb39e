"""SQL sources that select another source's key and join nothing: a join that somebody forgot."""

from collections.abc import Iterator

from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.expressions import parse_statement
from semantic_layer.model import Source
from semantic_layer.validation.checks.projection import selected_names
from semantic_layer.validation.readable import ReadableModel

_BARE_KEYS = frozenset({"id", "key", "uuid", "pk", "code"})
"""Names of keys that say nothing of whose they are: `customers.id` is called `customer_id` elsewhere."""


def check_missing_joins(model: ReadableModel) -> Iterator[Problem]:
    """For each touched SQL source without joins, the sources whose key it selects."""
    joined = {join.to for source in model.sources for join in source.joins}
    for source in model.sources:
        is_touched = model.touched is None or source.name in model.touched
        if source.sql is None or source.joins or source.name in joined or not is_touched:
            continue
        try:
            selected = selected_names(parse_statement(source.sql, model.dialect))
        except SemanticError:
            continue  # check_projection says why
        names = {name.casefold(): name for name in selected or [column.name for column in source.columns]}
        yield from _keys_of_others(model, source, names)


def _keys_of_others(model: ReadableModel, source: Source, names: dict[str, str]) -> Iterator[Problem]:
    for other in model.sources:
        if other.name == source.name or len(other.grain) != 1:
            continue
        found = next((names[key] for key in _foreign_names(other) if key in names), None)
        if found is not None:
            message = f"selects {found!r}, the key of {other.name!r}, and declares no join"
            hint = f"join {other.name} on {found} = {other.name}.{other.grain[0]}"
            yield Problem("join-missing", message, Where(source.name, "joins"), hint=hint)


def _foreign_names(source: Source) -> tuple[str, ...]:
    """What other tables call the key of `source`."""
    key, name = source.grain[0].casefold(), source.name.casefold()
    return tuple(f"{stem}_{key}" for stem in _stems(name)) if key in _BARE_KEYS else (key,)


def _stems(name: str) -> tuple[str, ...]:
    """The name, and its English singular where it looks like a plural."""
    if name.endswith("ies"):
        return name, f"{name[:-3]}y"
    if name.endswith(("ses", "xes", "ches", "shes")):
        return name, name[:-2], name[:-1]
    return (name, name[:-1]) if name.endswith("s") and not name.endswith("ss") else (name,)
