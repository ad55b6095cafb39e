"""Vectors on their way to a file: kept as they come, with a note of how far, so that nothing is computed twice.

`<output>.part` has the vectors so far, float32 after float32; `<output>.part.json` says of which model, and up to where
in the input. The note is written after the vectors, so that it never says more than is there.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ktx_embeddings.embed.source import LineSource, Position

SCHEMA_VERSION = 1
NOTE_SECONDS = 2.0
_NUMBER = np.dtype("<f4")


@dataclass(slots=True)
class Spool:
    """The two files beside `output`."""

    output: Path
    model: str = ""
    dimensions: int = 0
    rows: int = 0
    resumed: int = 0
    _stream: IO[bytes] | None = None
    _noted_at: float = 0.0

    @property
    def part(self) -> Path:
        """The vectors so far."""
        return self.output.with_name(self.output.name + ".part")

    @property
    def note(self) -> Path:
        """How far they go."""
        return self.output.with_name(self.output.name + ".part.json")

    def resume(self, source: LineSource) -> None:
        """Go on where an earlier attempt ended, if it was on the same texts; else begin anew."""
        noted = self._read_note()
        if noted is not None:
            model, dimensions, position = noted
            whole = position.texts * dimensions * _NUMBER.itemsize
            if self.part.is_file() and self.part.stat().st_size >= whole and source.skip_to(position):
                os.truncate(self.part, whole)
                self.model, self.dimensions = model, dimensions
                self.rows = self.resumed = position.texts
                return
        self.forget()
        self.rows = self.resumed = 0

    def suits(self, model: str, dimensions: int) -> bool:
        """Whether vectors of `model` may be added to those that are there."""
        return not self.rows or (self.model, self.dimensions) == (model, dimensions)

    def add(self, model: str, vectors: NDArray[np.float32], position: Position) -> None:
        """Keep the vectors of the texts up to `position`."""
        self.model, self.dimensions = model, vectors.shape[1]
        if self._stream is None:
            self._stream = self.part.open("ab")
        self._stream.write(vectors.astype(_NUMBER).tobytes())
        self.rows += len(vectors)
        if time.monotonic() - self._noted_at >= NOTE_SECONDS:
            self.keep(position)

    def keep(self, position: Position) -> None:
        """Let what was added so far survive whatever comes."""
        if self._stream is None:
            return
        self._stream.flush()
        os.fsync(self._stream.fileno())
        note = {
            "schemaVersion": SCHEMA_VERSION,
            "model": self.model,
            "dimensions": self.dimensions,
            "position": asdict(position),
        }
        staged = self.note.with_name(self.note.name + ".new")
        staged.write_text(json.dumps(note), encoding="utf-8")
        staged.replace(self.note)
        self._noted_at = time.monotonic()

    def close(self) -> None:
        """Close the file; it stays."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def forget(self) -> None:
        """Remove both files."""
        self.close()
        for file in (self.part, self.note):
            file.unlink(missing_ok=True)

    def read_rows(self, stream: IO[bytes], most: int) -> NDArray[np.float32]:
        """At most `most` further rows."""
        content = stream.read(most * self.dimensions * _NUMBER.itemsize)
        return np.frombuffer(content, dtype=_NUMBER).reshape(-1, self.dimensions)

    def _read_note(self) -> tuple[str, int, Position] | None:
        try:
            found = json.loads(self.note.read_text(encoding="utf-8"))
            if found["schemaVersion"] != SCHEMA_VERSION:
                return None
            return str(found["model"]), int(found["dimensions"]), Position(**found["position"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
