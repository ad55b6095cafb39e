"""Which functions act, by dialect: data only. `of(dialect)` gives a dialect's table."""

from importlib import import_module

from semantic_layer.sql_analysis.effects.table import Effects

__all__ = ["Effects", "of"]


def of(dialect: str) -> Effects:
    """The table of a canonical dialect."""
    table = import_module(f"{__name__}.{dialect}").EFFECTS
    assert isinstance(table, Effects)  # noqa: S101 - a module of this package; narrows the type
    return table
