"""Which texts can be embedded at all, and how much of them."""

from collections.abc import Sequence

from ktx_runtime.api import OperationRefused

CHARACTERS_PER_TOKEN = 128
"""A word piece has far fewer characters. What lies behind so many for each token a model takes is cut off before the
tokenizer sees it: megabytes would cost it seconds, and count for nothing."""

_MOST_SHOWN = 20


def refuse_blank(texts: Sequence[str]) -> None:
    """Raise `OperationRefused` (`blank-text`) naming the indices of texts without anything to read."""
    blank = [index for index, text in enumerate(texts) if not text.strip()]
    if not blank:
        return
    shown = ", ".join(map(str, blank[:_MOST_SHOWN])) + (", …" if len(blank) > _MOST_SHOWN else "")
    raise OperationRefused(
        f"blank text at index {shown}",
        code="blank-text",
        hint="leave it out: nothing is like a text that says nothing",
        details={"indices": blank},
    )


def readable_part(text: str, most_tokens: int) -> str:
    """The beginning of `text` that a model of `most_tokens` could take note of."""
    limit = most_tokens * CHARACTERS_PER_TOKEN
    return text if len(text) <= limit else text.lstrip()[:limit]
