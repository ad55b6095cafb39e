"""Why a statement is not accepted as read-only, and where."""

from semantic_layer.frozen import frozen


class RefusedError(Exception):
    """`what` names the construct; `offset` is 0-based in the SQL, None when only the whole can be blamed."""

    def __init__(self, what: str, offset: int | None) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


@frozen
class Place:
    """1-based, as editors count."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


def place_of(sql: str, offset: int) -> Place:
    """The line and column of an offset in `sql`; `\\r\\n`, `\\n` and `\\r` each end a line."""
    before = sql[: max(offset, 0)].replace("\r\n", "\n").replace("\r", "\n")
    return Place(line=before.count("\n") + 1, column=len(before) - (before.rfind("\n") + 1) + 1)
