"""A file's bytes as text, or the reason why they are none."""

import codecs
import stat
from pathlib import Path

from semantic_layer.loader.problem import FileProblem, FileRejected

LARGEST_FILE = 16 * 1024 * 1024
"""In bytes. A model file of this size is a mistake or an attack."""

_ENCODINGS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_bytes(path: Path, *, file: str) -> bytes:
    """The content of a regular file of reasonable size; `file` is what problems call it.

    Raises FileRejected. A pipe or a device is never opened: reading it might not end.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileRejected(FileProblem(file, "unreadable-file", "is not a regular file"))
        if status.st_size > LARGEST_FILE:
            limit = LARGEST_FILE // (1024 * 1024)
            raise FileRejected(FileProblem(file, "file-too-large", f"is larger than {limit} MB"))
        return path.read_bytes()
    except OSError as error:
        raise FileRejected(
            FileProblem(file, "unreadable-file", f"cannot be read: {error.strerror or type(error).__name__}")
        ) from error


def decode(content: bytes, *, file: str) -> str:
    """UTF-8, or UTF-16 behind a byte order mark, as YAML allows; the mark itself is dropped.

    Raises FileRejected with the place of the first byte that does not fit.
    """
    encoding, body = "utf-8", content
    for mark, name in _ENCODINGS:
        if content.startswith(mark):
            encoding, body = name, content[len(mark) :]
            break
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, errors="replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        raise FileRejected(
            FileProblem(
                file,
                "not-utf-8",
                f"is not valid {encoding}: byte 0x{body[error.start]:02x}",
                line=line,
                column=column,
                hint="save the file as UTF-8",
            )
        ) from error
