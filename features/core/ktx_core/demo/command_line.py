"""Words as one line that a shell, PowerShell and cmd alike take apart into the same words."""

import re
import shlex
from collections.abc import Iterable

_BARE = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
_SAFE_IN_DOUBLE_QUOTES = re.compile(r"[^\"$`\\!%]*")


def command_line(words: Iterable[str]) -> str:
    """`words`, each quoted where it has to be: in double quotes, or as POSIX wants it where those would not do."""
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    if _BARE.fullmatch(word):
        return word
    return f'"{word}"' if _SAFE_IN_DOUBLE_QUOTES.fullmatch(word) else shlex.quote(word)
