"""The token that a client over HTTP must have."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.api import UsageError

VARIABLE = "KTX_MCP_TOKEN"
SHORTEST = 16


@dataclass(frozen=True, slots=True)
class Token:
    """`file` is where a new one was written; None where the user gave it."""

    text: str
    file: Path | None


@contextmanager
def obtain_token(environment: Mapping[str, str]) -> Iterator[Token]:
    """The user's own, or a new one in a file that only they can read and that goes when the server does.

    Raises `UsageError` for one that could be guessed.
    """
    given = environment.get(VARIABLE)
    if given is not None:
        if len(given) < SHORTEST or not given.isascii() or any(mark.isspace() for mark in given):
            raise UsageError(
                f"{VARIABLE} is no token: {SHORTEST} characters of ASCII or more, without spaces",
                hint=f"unset {VARIABLE}: a new token is made then",
            )
        yield Token(given, None)
        return
    with tempfile.TemporaryDirectory(prefix="ktx-mcp-", ignore_cleanup_errors=True) as name:
        text = secrets.token_urlsafe(32)
        file = Path(name) / "token"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
        yield Token(text, file)
