"""sqlglot's dialects, each whole."""

from functools import lru_cache
from importlib import import_module

from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.dialect import Dialects as _Names

_MODULES = frozenset(each.value for each in _Names if each.value)


@lru_cache(maxsize=64)
def sqlglot_dialect(name: str) -> Dialect:
    """The dialect called `name`. Raises `ValueError` for one that sqlglot does not know.

    Whoever wants a dialect for the first time comes here, and may look it up by its name afterwards. sqlglot imports
    the dialect's module when it is first asked, and enters the class in its register before that has its own parser and
    generator. A thread that asked for it by its name meanwhile would read and write SQL of no dialect in particular.
    To import it waits until another thread has done so.
    """
    module = name.partition(",")[0].strip()  # What follows are settings.
    if module in _MODULES:
        import_module(f"sqlglot.dialects.{module}")
    return Dialect.get_or_raise(name)
