"""Where texts come from, read once and never whole: words of the command line, or the lines of a file."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ktx_runtime.api import OperationRefused, UsageError, plain_text

JSON_LINES = frozenset({".jsonl", ".ndjson"})
DEFAULT_FIELD = "text"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a source was read: texts, bytes, and the sha256 of those bytes."""

    texts: int = 0
    bytes: int = 0
    sha256: str = hashlib.sha256().hexdigest()


@dataclass(slots=True)
class LineSource:
    """One text a line of UTF-8, or with `field_name` one JSON string or object a line.

    Raises `OperationRefused` naming the line that is blank, or is not what it should be.
    """

    name: str
    stream: IO[bytes]
    size: int | None
    field_name: str | None = None
    position: Position = field(default_factory=Position)
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def read(self, most: int) -> list[str]:
        """At most `most` further texts; none at the end."""
        texts: list[str] = []
        count = self.position.bytes
        for line in self.stream:
            number = self.position.texts + len(texts) + 1
            texts.append(self._text(line, number))
            self._digest.update(line)
            count += len(line)
            if len(texts) == most:
                break
        self.position = Position(self.position.texts + len(texts), count, self._digest.hexdigest())
        return texts

    def skip_to(self, position: Position) -> bool:
        """Go on from `position`, if what lies before it is what was read then. Otherwise the source is at its start."""
        left = position.bytes
        while left > 0:
            piece = self.stream.read(min(left, 1 << 20))
            if not piece:
                break
            self._digest.update(piece)
            left -= len(piece)
        if left == 0 and self._digest.hexdigest() == position.sha256:
            self.position = position
            return True
        self.rewind()
        return False

    def rewind(self) -> None:
        """Begin anew."""
        self.stream.seek(0)
        self._digest = hashlib.sha256()
        self.position = Position()

    def _text(self, line: bytes, number: int) -> str:
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise self._wrong(number, "is not UTF-8", code="line-not-utf-8") from error
        if self.field_name is not None:
            text = self._of_json(text, number)
        if not text.strip():
            raise self._wrong(number, "is blank", code="blank-text")
        return text

    def _of_json(self, line: str, number: int) -> str:
        try:
            found = json.loads(line)
        except ValueError as error:
            raise self._wrong(number, "is not JSON", code="line-not-json") from error
        if isinstance(found, dict):
            found = found.get(self.field_name)
        if not isinstance(found, str):
            raise self._wrong(number, f"has no text in {plain_text(str(self.field_name))}", code="line-without-text")
        return found

    def _wrong(self, number: int, what: str, *, code: str) -> OperationRefused:
        return OperationRefused(
            f"line {number} of {self.name} {what}",
            code=code,
            hint="mend that line, and run the same command again",
            details={"line": number},
        )


def words_source(words: Sequence[str]) -> LineSource:
    """The words of a command line, one a text."""
    blank = [index for index, word in enumerate(words) if not word.strip()]
    if blank:
        raise OperationRefused(
            f"blank text at index {', '.join(map(str, blank))}", code="blank-text", hint="leave it out"
        )
    # As JSON: a word may have line ends in it.
    content = b"".join(json.dumps(word).encode() + b"\n" for word in words)
    return LineSource("the command line", io.BytesIO(content), len(content), field_name=DEFAULT_FIELD)


def file_source(file: Path, field_name: str | None) -> LineSource:
    """The lines of `file`. Raises `UsageError` where it cannot be read."""
    try:
        stream = file.open("rb")
        size = file.stat().st_size
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}", code="file-unreadable") from error
    if field_name is None and file.suffix.lower() in JSON_LINES:
        field_name = DEFAULT_FIELD
    return LineSource(file.name, stream, size, field_name)
