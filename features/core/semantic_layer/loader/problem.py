"""What the loader reports: one line a reader can act on, and the place it is about."""

from semantic_layer.frozen import frozen


@frozen
class Position:
    """A place in a file of the connection; `file` is relative to its directory, `line` and `column` count from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@frozen
class FileProblem:
    """Something that is wrong with a file. `code` is one of `codes.CODES`.

    The file, or the entry of it that this is about, was left out; the rest of the connection is loaded.
    """

    file: str
    code: str
    message: str
    line: int | None = None
    column: int | None = None
    hint: str | None = None

    def __str__(self) -> str:
        return f"{Position(self.file, self.line, self.column)}: {self.message}"


class FileRejected(Exception):
    """Ends the reading of one file; `problems` says why."""

    def __init__(self, *problems: FileProblem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
