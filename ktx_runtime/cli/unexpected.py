"""A defect of ours: a line for the user, the whole story in a log."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ktx_runtime.api.errors import KtxError
from ktx_runtime.api.safe_text import plain_text
from ktx_runtime.cli.call import Call, show_error


def show_unexpected(error: Exception, call: Call, *, words: Sequence[str], as_json: bool) -> None:
    """Write the log and tell where it is."""
    log = _write_log(error, call, words)
    told = KtxError(
        f"an unexpected error, a defect of ktx: {type(error).__name__}: {_first_line(error)}",
        code="unexpected",
        hint="please report it with that log",
        details={"log": str(log)},
    )
    show_error(told, call, command=" ".join(words[:2]), as_json=as_json)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _write_log(error: Exception, call: Call, words: Sequence[str]) -> Path:
    text = "\n".join(
        [
            f"ktx {call.host.paths.cli_version}, Python {platform.python_version()}, {platform.platform()}",
            f"interpreter: {sys.executable}",
            # Values of options may be secrets.
            f"words: {' '.join(word.split('=', 1)[0] for word in words[:2])} … ({len(words)})",
            "".join(traceback.format_exception(error)),
        ]
    )
    name = f"error-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.log"
    directory = call.host.paths.logs_directory
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return _write(directory / name, text)
    except OSError:
        return _write(Path(tempfile.gettempdir()) / f"ktx-{name}", text)


def _write(file: Path, text: str) -> Path:
    """For its owner only, without credentials, and through no link that somebody else has put there."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(plain_text(text))
    return file
