"""The driver that a connection names, by stevedore."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from stevedore.driver import DriverManager
from stevedore.exception import NoMatches

from ktx_runtime.api import DATABASE_DRIVERS, DatabaseDriver, FeatureMissing, OperationRefused, PluginFailed

_ALSO_CALLED = {"postgresql": "postgres", "sqlite3": "sqlite"}
_LONGEST_NAME = 40
_OURS = "kaelio-ktx"


def find_driver(name: str, *, program: str = "ktx") -> DatabaseDriver:
    """The driver registered as `name` in `ktx.database_drivers`, any letter case.

    `program` is what the user calls ktx, for the command in the hint. Raises `FeatureMissing` (`driver-missing`,
    with the command that installs it) when there is none, `OperationRefused` (`driver-unknown`) for what cannot be a
    name, and `PluginFailed` when two distributions claim the name or the one that has it does not load.
    """
    wanted = name.strip().lower()
    wanted = _ALSO_CALLED.get(wanted, wanted)
    if not _is_name(wanted):
        raise OperationRefused("a driver is named in letters, digits, - and _", code="driver-unknown")
    _demand_one(wanted, program)
    try:
        manager = _Drivers(
            DATABASE_DRIVERS,
            wanted,
            invoke_on_load=True,
            on_load_failure_callback=_raise,
        )
    except NoMatches as error:
        raise FeatureMissing(
            f"no database driver {wanted!r} is installed",
            code="driver-missing",
            hint=f"{program} runtime plugins add ktx-{wanted}",
            details={"driver": wanted},
        ) from error
    except Exception as error:  # a plugin's own code runs here; whatever it raises is its failure
        raise PluginFailed(
            f"the database driver {wanted!r} does not load: {type(error).__name__}: {error}",
            code="driver-broken",
            hint=f"{program} runtime doctor",
        ) from error
    return cast("DatabaseDriver", manager.driver)


def _demand_one(name: str, program: str) -> None:
    """Before any is loaded: one that fails to load would be told instead."""
    who = sorted(
        {f"{it.dist.name} {it.dist.version}" for it in _entry_points(DATABASE_DRIVERS) if it.name == name and it.dist}
    )
    if len(who) > 1:
        raise PluginFailed(
            f"{' and '.join(who)} both bring the database driver {name!r}",
            code="driver-ambiguous",
            hint=f"{program} runtime plugins remove {who[0].partition(' ')[0]}",
        )


def _is_name(text: str) -> bool:
    allowed = text.replace("-", "").replace("_", "")
    return len(text) <= _LONGEST_NAME and text[:1].isalpha() and allowed.isascii() and allowed.isalnum()


def _raise(_manager: object, _entry_point: EntryPoint, error: BaseException) -> None:
    """Without this, stevedore takes a driver that cannot be imported for one that is not there."""
    raise error


class _Drivers(DriverManager):  # type: ignore[misc, type-arg, unused-ignore]  # stevedore is typed in part
    """Reads the entry points themselves: stevedore's own list is a file in the user's cache, which goes stale."""

    def list_entry_points(self) -> list[EntryPoint]:
        """Those of this environment, read once: a managed one never changes under a process."""
        return list(_entry_points(self.namespace))


@cache
def _entry_points(group: str) -> tuple[EntryPoint, ...]:
    """Reading them opens a file of every distribution, which a daemon's commands would pay for each time.

    A name of ours is ours: whoever else registers it is refused where plugins are read, and is not in the way here.
    """
    found = tuple(entry_points(group=group))
    ours = {entry.name for entry in found if _is_ours(entry)}
    return tuple(entry for entry in found if entry.name not in ours or _is_ours(entry))


def _is_ours(entry: EntryPoint) -> bool:
    return entry.dist is not None and entry.dist.name == _OURS
