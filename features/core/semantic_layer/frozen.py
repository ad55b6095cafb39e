"""Frozen records that are cheap to define: a cold start defines dozens of them before it answers."""

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, ClassVar, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """What `dataclass(frozen=True, slots=True)` makes, in a fifth of its time (ADR 70).

    The standard library writes six methods of each class as text and compiles every one. Only `__init__` needs that;
    the others are the same for all records. Defaults are values, not factories.
    """
    own = set(cls.__dict__)
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    declared = fields(made)
    made._values = attrgetter(*(one.name for one in declared if one.compare))  # noqa: SLF001 - see _Shared
    made.__init__ = _initialiser(declared, finish="__post_init__" in own)
    for name in _SHARED:
        if name not in own:
            setattr(made, name, _Shared.__dict__[name])
    record: type[T] = made
    return record


def _initialiser(declared: Iterable[Field[Any]], *, finish: bool) -> Callable[..., None]:
    """`__init__` for these fields. Their names are identifiers: Python has read them as such."""
    given = [one for one in declared if one.init]
    if any(one.default_factory is not MISSING for one in given):
        raise TypeError("a frozen record takes no default factory")
    defaults = {f"_{one.name}": one.default for one in given if one.default is not MISSING}
    words = [f"{one.name}=_{one.name}" if f"_{one.name}" in defaults else one.name for one in given]
    lines = [f" _set(self, {one.name!r}, {one.name})\n" for one in given]
    last = " self.__post_init__()\n" if finish else ""
    made: dict[str, Any] = {}
    exec(f"def __init__(self, {', '.join(words)}):\n{''.join(lines)}{last}", {"_set": _set, **defaults}, made)  # noqa: S102
    initialiser: Callable[..., None] = made["__init__"]
    return initialiser


_set = object.__setattr__


class _Shared:
    """What all records do alike. Its methods are copied, so that a record has no base and no dictionary."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    _values: ClassVar["attrgetter[object]"]

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return bool(self._values(self) == self._values(other))

    def __hash__(self) -> int:
        return hash(self._values(self))

    def __repr__(self) -> str:
        shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
        return f"{type(self).__qualname__}({shown})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"{name!r} of {type(self).__qualname__} stays as it is")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"{name!r} of {type(self).__qualname__} stays as it is")

    def __getstate__(self) -> object:
        """For copies and pickles, which would else set attributes one by one."""
        return [getattr(self, one.name) for one in fields(self)]

    def __setstate__(self, state: list[object]) -> None:
        for one, value in zip(fields(self), state, strict=True):
            _set(self, one.name, value)


_SHARED = ("__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__", "__getstate__", "__setstate__")
