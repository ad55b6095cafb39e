"""Places in the files of a connection, found when somebody asks: a healthy model is never read a second time."""

from pathlib import Path as FilePath

from semantic_layer.frozen import frozen
from semantic_layer.loader.compose import compose
from semantic_layer.loader.nodes import Node, Scalar
from semantic_layer.loader.origin import Origin
from semantic_layer.loader.problem import FileRejected, Position
from semantic_layer.loader.seek import place_in_scalar, seek, seek_key
from semantic_layer.loader.text import decode, read_bytes


@frozen
class _Composed:
    node: Node
    lines: list[str]


class Locator:
    """Finds places in files below `directory`, each of which it reads at most once."""

    def __init__(self, directory: FilePath) -> None:
        self._directory = directory
        self._files: dict[str, _Composed | None] = {}

    def position(
        self, origin: Origin, *, line: int | None = None, column: int | None = None, at_key: bool = False
    ) -> Position:
        """Where `origin` is written: its value, or its key. `line` and `column` are a place inside its text.

        The file alone when it has changed so much since it was loaded that it cannot be read.
        """
        composed = self._composed(origin.file)
        if composed is None:
            return Position(origin.file)
        node, mark, found = seek(composed.node, origin.path)
        if at_key:
            mark = seek_key(composed.node, origin.path) or mark
        elif found and isinstance(node, Scalar) and line is not None:
            mark = place_in_scalar(node, composed.lines, line=line, column=column or 1)
        return Position(origin.file, mark.line, mark.column)

    def _composed(self, file: str) -> _Composed | None:
        if file not in self._files:
            self._files[file] = self._read(file)
        return self._files[file]

    def _read(self, file: str) -> _Composed | None:
        try:
            text = decode(read_bytes(self._directory / file, file=file), file=file)
            node = compose(text, file=file)
        except FileRejected:
            return None
        return _Composed(node, text.splitlines()) if node is not None else None
