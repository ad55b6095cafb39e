"""A table in plain text, or one record after the other where the terminal is too narrow for a table.

Numbers stand to the right and are never cut. Text is cut, visibly, only where a width is given and it does not fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ktx_core.rendering.cells import NULL, column_texts, is_number, visible
from ktx_core.rendering.width import cut, display_width, pad

GAP = "  "
_NARROWEST_TEXT = 12
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class TableText:
    """The lines, each ended, and how many cells had to be cut."""

    text: str
    cut_cells: int


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    cells: tuple[str, ...]
    nulls: tuple[bool, ...]
    numeric: bool

    @property
    def natural(self) -> int:
        return max(display_width(self.header), self.widest_cell)

    @property
    def widest_cell(self) -> int:
        return max((display_width(cell) for cell in self.cells), default=0)

    @property
    def floor(self) -> int:
        """The width below which the column cannot go: a number is shown whole."""
        return min(self.natural, max(self.widest_cell, 1) if self.numeric else _NARROWEST_TEXT)


def render_table(
    headers: Sequence[str], rows: Sequence[Sequence[object]], *, width: int | None, color: bool
) -> TableText:
    """The rows under their headers. `width` is that of a terminal, in columns; None means that nothing is cut."""
    columns = [_column(header, [row[index] for row in rows]) for index, header in enumerate(headers)]
    if not columns:
        return TableText("", 0)
    widths = _fit([column.natural for column in columns], [column.floor for column in columns], width)
    if widths is None or _collide(columns, widths):
        return TableText(_records(columns, len(rows), color=color), 0)
    return _table(columns, widths, len(rows), color=color)


def _column(header: str, values: Sequence[object]) -> _Column:
    present = [value for value in values if value is not None]
    return _Column(
        header=visible(header),
        cells=column_texts(values),
        nulls=tuple(value is None for value in values),
        numeric=bool(present) and all(is_number(value) for value in present),
    )


def _fit(natural: Sequence[int], floors: Sequence[int], width: int | None) -> list[int] | None:
    """Widths that fit, the widest columns cut first; None when even the floors do not."""
    gaps = len(GAP) * (len(natural) - 1)
    if width is None or sum(natural) + gaps <= width:
        return list(natural)
    if sum(floors) + gaps > width:
        return None
    for cap in range(min(max(natural), width), 0, -1):
        widths = [max(floor, min(wanted, cap)) for wanted, floor in zip(natural, floors, strict=True)]
        if sum(widths) + gaps <= width:
            return widths
    return list(floors)


def _collide(columns: Sequence[_Column], widths: Sequence[int]) -> bool:
    """Whether two headers look the same only because they were cut."""
    shown = [cut(column.header, width) for column, width in zip(columns, widths, strict=True)]
    return len(set(shown)) < len({column.header for column in columns})


def _table(columns: Sequence[_Column], widths: Sequence[int], count: int, *, color: bool) -> TableText:
    placed = list(zip(columns, widths, strict=True))
    lines = [
        GAP.join(
            _styled(pad(cut(column.header, width), width, right=column.numeric), _BOLD, color=color)
            for column, width in placed
        ),
        GAP.join("-" * width for width in widths),
    ]
    lines.extend(
        GAP.join(_cell(column, index, width, color=color) for column, width in placed) for index in range(count)
    )
    cut_cells = sum(display_width(cell) > width for column, width in placed for cell in column.cells)
    return TableText("".join(line.rstrip() + "\n" for line in lines), cut_cells)


def _cell(column: _Column, index: int, width: int, *, color: bool) -> str:
    text = pad(cut(column.cells[index], width), width, right=column.numeric)
    return _styled(text, _DIM, color=color) if column.nulls[index] else text


def _records(columns: Sequence[_Column], count: int, *, color: bool) -> str:
    """Each row as lines of header and value."""
    label_width = max(display_width(column.header) for column in columns)
    lines: list[str] = []
    for index in range(count):
        lines.append(_styled(f"-[ row {index + 1} ]-", _BOLD, color=color))
        for column in columns:
            value = _styled(NULL, _DIM, color=color) if column.nulls[index] else column.cells[index]
            lines.append(f"{pad(column.header, label_width, right=False)}{GAP}{value}")
    return "".join(line + "\n" for line in lines) or "".join(f"{column.header}\n" for column in columns)


def _styled(text: str, style: str, *, color: bool) -> str:
    return f"{style}{text}{_PLAIN}" if color and text else text
