"""Decide what to write into a directory, and write it."""

import errno
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ktx_core.demo.command_line import command_line
from ktx_core.demo.files import DemoFiles
from ktx_core.demo.other_files import SQLITE, files_for
from ktx_core.demo.place import STAGING_PREFIX, examine, place
from ktx_runtime.api import KtxError

_SPACE_MB = 5
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Setup:
    """What was written, what of that replaced a changed file, and whether some of the demo was there before."""

    written: tuple[str, ...]
    replaced: tuple[str, ...]
    was_there: bool


def set_up(
    directory: Path, *, shown_directory: str, force: bool, program: str, driver: str = SQLITE, named: bool = False
) -> Setup:
    """Bring the demo into `directory`; files that are as the demo wrote them stay.

    `driver` is the one to be on; `named` says that the user chose it.

    Raises `KtxError`: `demo-changed` where files differ from the demo's and `force` does not allow to replace them,
    `demo-not-written` where something stands in the way; the directory is then as it was.
    """
    demo = files_for(driver, program=program)
    again = (*program.split(), "setup", "demo", *(("--driver", driver) if named else ()))
    try:
        return _set_up(demo, directory, shown_directory=shown_directory, force=force, again=again)
    except OSError as error:
        reason = error.strerror or str(error)
        raise KtxError(
            f"cannot write the demo: {reason[:1].lower()}{reason[1:]}: {_obstacle(error, directory)}",
            code="demo-not-written",
            hint=_hint(error.errno, shown_directory, again),
        ) from error
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
        raise KtxError(
            f"cannot write the demo's database into {directory}: {error}",
            code="demo-not-written",
            hint=_hint(errno.ENOSPC if full else None, shown_directory, again),
        ) from error


def _set_up(demo: DemoFiles, directory: Path, *, shown_directory: str, force: bool, again: tuple[str, ...]) -> Setup:
    findings = examine(directory, demo)
    if findings.changed and not force:
        raise KtxError(
            f"these files in {directory} are not as the demo wrote them: {', '.join(findings.changed)}",
            code="demo-changed",
            hint=f"to replace them by the demo's own: {command_line((*again, '--force', shown_directory))}",
            details={"directory": str(directory), "changed": list(findings.changed)},
        )
    written = tuple(name for name in demo.names if name not in findings.unchanged)
    if written:
        place(directory, demo, written)
    return Setup(written=written, replaced=findings.changed, was_there=bool(findings.unchanged or findings.changed))


def _hint(code: int | None, shown_directory: str, again: tuple[str, ...]) -> str:
    if code in _FULL:
        return f"make {_SPACE_MB} MB free there and run again: {command_line((*again, shown_directory))}"
    return f"name a directory that you may write to: {command_line(again)} DIR"


def _obstacle(error: OSError, directory: Path) -> object:
    """The file that stood in the way; the directory itself where that was only our staging."""
    staged = error.filename is None or STAGING_PREFIX in str(error.filename)
    return directory if staged else error.filename
