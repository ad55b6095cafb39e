"""How an install's progress is shown: a bar on a terminal, lines elsewhere, NDJSON for programs. Always stderr."""

from __future__ import annotations

import contextlib
import json
import shutil
from typing import Literal

from ktx_runtime.cli.call import Call
from ktx_runtime.install.progress import Phase, ProgressEvent, ProgressListener
from ktx_runtime.state.codec import encode

Style = Literal["bar", "lines", "json", "none"]
BAR_WIDTH = 20
EVENT_SCHEMA = 1


def progress_listener(call: Call, *, style: Style | None) -> ProgressListener:
    """A listener that shows events in `style`; None means a bar on a terminal that can move its cursor, else lines."""
    if style is None:
        style = "bar" if call.stderr.isatty() and call.host.environment.get("TERM") != "dumb" else "lines"
    shows: dict[Style, ProgressListener] = {
        "bar": lambda event: _show_bar(event, call),
        "lines": lambda event: _show_line(event, call),
        "json": lambda event: _show_json(event, call),
        "none": lambda event: None,  # noqa: ARG005 - nothing is shown
    }
    show = shows[style]

    def listener(event: ProgressEvent) -> None:
        # Who followed may be gone, with the terminal or the pipe; what is begun for them is not theirs to break off.
        with contextlib.suppress(OSError):
            show(event)

    return listener


def _show_bar(event: ProgressEvent, call: Call) -> None:
    if event.phase is Phase.NOTE:
        # On a line of its own, which the bar moves on from.
        call.stderr.write(f"\r\x1b[Kktx: {event.message}\n")
        call.stderr.flush()
        return
    filled = round(event.fraction * BAR_WIDTH)
    text = f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {_words(event)}"
    width = shutil.get_terminal_size().columns - 1
    end = "\n" if event.phase is Phase.DONE else ""
    # Back to the start of the line, and clear what is left of the one before.
    call.stderr.write(f"\r\x1b[K{text[:width]}{end}")
    call.stderr.flush()


def _show_line(event: ProgressEvent, call: Call) -> None:
    call.stderr.write(f"ktx: {_words(event)}\n")
    call.stderr.flush()


def _show_json(event: ProgressEvent, call: Call) -> None:
    content = {"schemaVersion": EVENT_SCHEMA, "event": "progress", **encode(event)}
    call.stderr.write(json.dumps(content, ensure_ascii=False) + "\n")
    call.stderr.flush()


def _words(event: ProgressEvent) -> str:
    return f"{event.message} ({event.size})" if event.size else event.message
