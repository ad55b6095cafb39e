"""Rows as text: tables for people, CSV for other programs. JSON is `ktx_runtime.api.to_json`."""

from ktx_core.rendering.cells import cell_text, exact_text, json_value
from ktx_core.rendering.csv_text import write_csv
from ktx_core.rendering.show import show_rows, show_table
from ktx_core.rendering.table import TableText, render_table

__all__ = ["TableText", "cell_text", "exact_text", "json_value", "render_table", "show_rows", "show_table", "write_csv"]
