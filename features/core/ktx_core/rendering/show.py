"""Writes a table or CSV to whoever called, as wide as their terminal."""

from collections.abc import Sequence
from typing import Literal

from ktx_core.rendering.csv_text import write_csv
from ktx_core.rendering.table import render_table
from ktx_runtime.api import Invocation, Rows


def show_rows(rows: Rows, invocation: Invocation, *, form: Literal["table", "csv"]) -> None:
    """Write rows to stdout as a table, cut to the terminal where there is one, or as CSV."""
    if form == "csv":
        write_csv(invocation.stdout, rows.headers, rows.rows)
        return
    cut = show_table(rows.headers, rows.rows, invocation)
    if cut:
        invocation.stderr.write(f"note: {cut} cells are cut to fit; --format csv shows them whole\n")


def show_table(headers: Sequence[str], rows: Sequence[Sequence[object]], invocation: Invocation) -> int:
    """Write a table to stdout and return how many cells were cut to fit the terminal."""
    terminal = invocation.terminal
    width = terminal.width if terminal.stdout_is_terminal else None
    table = render_table(headers, rows, width=width, color=terminal.color)
    invocation.stdout.write(table.text)
    return table.cut_cells
