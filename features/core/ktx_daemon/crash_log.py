"""What becomes of a failure that nobody expected: a log file, and one line that names it."""

import os
import platform
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path

from ktx_runtime.api import plain_text
from ktx_runtime.version import VERSION

_KEPT = 10


def write_crash_log(error: BaseException, *, doing: str, directory: Path) -> Path | None:
    """Write `error` with its traceback under `directory` and return the file; None where nothing can be written.

    `doing` says what ran. Credentials in the text are masked; the file is readable by its owner only.
    """
    now = datetime.now(UTC)
    head = f"ktx {VERSION}, Python {platform.python_version()}, {platform.platform()}\n{now.isoformat()}\n{doing}\n\n"
    text = head + "".join(traceback.format_exception(error))
    file = directory / f"error-{now.strftime('%Y%m%dT%H%M%S')}-{secrets.token_hex(3)}.log"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(plain_text(text))
        for old in sorted(directory.glob("error-*.log"))[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return file


def unexpected_text(error: BaseException, log: Path | None) -> str:
    """The two lines that a person sees: what kind of failure, and where the rest is."""
    where = f"the details are in: {log}" if log else "its details could not be written to a log"
    return f"error: unexpected failure: {type(error).__name__}\nhint: {where}\n"
