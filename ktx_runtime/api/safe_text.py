"""Text that is safe to show: no terminal escape codes, no credentials."""

import re

_ESCAPE_SEQUENCE = re.compile(
    r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[PX^_][^\x1b]*(?:\x1b\\)?|.?)", re.DOTALL
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_URL_CREDENTIALS = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]{0,30}://)\S{0,512}@")
_NAMED_SECRET = re.compile(
    r"(?P<name>\b(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key)\b['\"]?\s*[=:]\s*)"
    r"(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)",
    re.IGNORECASE,
)

MASK = "***"


def plain_text(text: str) -> str:
    """`text` without escape sequences and control characters (line feeds and tabs stay), credentials masked.

    Masked are the user part of URLs and what follows names such as `password=`. For messages, not for data: a
    message that holds a credential in another shape must not be made in the first place.
    """
    visible = _CONTROL.sub("", _ESCAPE_SEQUENCE.sub("", text))
    masked = _URL_CREDENTIALS.sub(rf"\g<scheme>{MASK}@", visible)
    return _NAMED_SECRET.sub(rf"\g<name>{MASK}", masked)
