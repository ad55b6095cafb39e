"""Which wheel the caller wants the runtime to be built from, as far as it says so. Light."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

WHEEL_VARIABLE = "KTX_WHEEL"
WHEEL_SHA256_VARIABLE = "KTX_WHEEL_SHA256"


def promised_sha256(environment: Mapping[str, str]) -> str | None:
    """The hash of the promised wheel, or None where it is all the same to the caller.

    A launcher says it; for a wheel that is only named, it is that of the file. A missing file promises nothing.
    """
    promised = environment.get(WHEEL_SHA256_VARIABLE)
    if promised:
        return promised.lower()
    named = environment.get(WHEEL_VARIABLE)
    try:
        return file_sha256(Path(named)) if named else None
    except OSError:
        return None


def file_sha256(path: Path) -> str:
    """The hash of the file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
