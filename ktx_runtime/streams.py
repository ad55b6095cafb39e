"""The standard streams of a process of ours, made the same on every system and in every locale."""

from __future__ import annotations

import sys


def prepare_streams() -> None:
    """Data is UTF-8 with line feeds whatever the locale says; a terminal keeps its own encoding, and never fails."""
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
