"""How many columns of a terminal a text takes, and how to cut it to fewer."""

import unicodedata

ELLIPSIS = "…"


def display_width(text: str) -> int:
    """Columns that `text` takes: wide East Asian characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns, which are at least one; what was cut is marked."""
    if display_width(text) <= width:
        return text
    taken, used = [], display_width(ELLIPSIS)
    for character in text:
        used += _character_width(character)
        if used > width:
            break
        taken.append(character)
    return "".join(taken) + ELLIPSIS


def pad(text: str, width: int, *, right: bool) -> str:
    """`text` filled with spaces to `width` columns; `right` aligns it to the right."""
    spaces = " " * (width - display_width(text))
    return spaces + text if right else text + spaces


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
