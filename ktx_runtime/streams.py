"""The standard streams of a process of ours, made the same on every system and in every locale."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO


def prepare_streams() -> None:
    """Data is UTF-8 with line feeds whatever the locale says; a terminal keeps its own encoding, and never fails."""
    _fill_gaps()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="backslashreplace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    read_as = getattr(sys.stdin, "reconfigure", None)
    if read_as is not None and not sys.stdin.isatty():
        # Bytes that are no UTF-8 survive as lone surrogates: the reader of the text says what is wrong with it.
        read_as(encoding="utf-8", errors="surrogateescape")


def _fill_gaps() -> None:
    """What the caller closed leads to the null device: else the next file that is opened would get its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - as long as the process


class Behind:
    """`stream`, which never overtakes `other`: where both lead to one place, the order of writing stays.

    Without it, data in a pipe's buffer comes after all messages. Everything but writing is the stream's own.
    """

    def __init__(self, stream: TextIO, other: TextIO) -> None:
        self._stream = stream
        self._other = other

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)

    def write(self, text: str, /) -> int:
        """Let out what the other stream keeps, then write."""
        # Whether the other one can be written to is for whoever writes there to find out.
        with suppress(OSError, ValueError):
            self._other.flush()
        return self._stream.write(text)
