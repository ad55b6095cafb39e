"""Text that is safe to show: no terminal escape codes, no credentials."""

import re

# Compiled by `re` when a text is first shown: who imports this module has mostly nothing to show.
_ESCAPE_SEQUENCE = r"(?s)\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[PX^_][^\x1b]*(?:\x1b\\)?|.?)"
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
_URL_CREDENTIALS = r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]{0,30}://)\S{0,512}@"
_NAMED_CREDENTIAL = (
    r"(?i)(?P<name>\b(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key)\b['\"]?\s*[=:]\s*)"
    r"(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)"
)

MASK = "***"


def plain_text(text: str) -> str:
    """`text` without escape sequences and control characters (line feeds and tabs stay), credentials masked.

    Masked are the user part of URLs and what follows names such as `password=`. For messages, not for data: a
    message that holds a credential in another shape must not be made in the first place.
    """
    visible = re.sub(_CONTROL, "", re.sub(_ESCAPE_SEQUENCE, "", text))
    masked = re.sub(_URL_CREDENTIALS, rf"\g<scheme>{MASK}@", visible)
    return re.sub(_NAMED_CREDENTIAL, rf"\g<name>{MASK}", masked)
