"""Rows as CSV (RFC 4180, line feeds): every digit, NULL as an empty field."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from ktx_core.rendering.cells import exact_text


def write_csv(stream: TextIO, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a header line and the rows."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(headers)
    for row in rows:
        writer.writerow([exact_text(value) for value in row])
