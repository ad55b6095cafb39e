"""A command's streams, when the command runs in the daemon and its terminal is elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable

CHUNK_CHARACTERS = 16_384


class HandBack(BaseException):
    """The command reads its stdin: it has to run in a process of its own. Nothing was written yet.

    Not an Exception: no command shall take it for a failure of its own.
    """


class ClientLeft(BrokenPipeError):
    """Nobody reads any more what the command writes."""


class RemoteOutput(io.TextIOBase):
    """Hands text on in pieces; `deliver` blocks until there is room, and raises `ClientLeft`."""

    def __init__(self, deliver: Callable[[str], None]) -> None:
        super().__init__()
        self._deliver = deliver
        self._kept: list[str] = []
        self._size = 0
        self.used = False

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        self.used = True
        self._kept.append(text)
        self._size += len(text)
        if self._size >= CHUNK_CHARACTERS:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text = self.take()
        if text:
            self._deliver(text)

    def take(self) -> str:
        """What was written and is not handed on; the caller does that."""
        text = "".join(self._kept)
        self._kept, self._size = [], 0
        return text


class PromptOutput(RemoteOutput):
    """Hands on each write at once, behind what `earlier` has kept: progress and messages are for people who wait."""

    def __init__(self, deliver: Callable[[str], None], earlier: RemoteOutput) -> None:
        super().__init__(deliver)
        self._earlier = earlier

    def write(self, text: str, /) -> int:
        self._earlier.flush()
        written = super().write(text)
        self.flush()
        return written


class RemoteInput(io.TextIOBase):
    """The client's stdin stays with the client. Who reads it is sent back, unless it has written already."""

    def __init__(self, has_written: Callable[[], bool]) -> None:
        super().__init__()
        self._has_written = has_written

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> str:
        del size
        return self._refuse()

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override] # the base is typed for bytes
        del size
        return self._refuse()

    def _refuse(self) -> str:
        if self._has_written():
            raise OSError("a command that runs in the daemon cannot read stdin after it has written")
        raise HandBack
