"""Names that a misspelt one may have been meant to be."""

from collections.abc import Iterable


def near_names(name: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """Up to `most` of `known` that `name` may have been meant to be, nearest first."""
    import difflib  # noqa: PLC0415 - only where something was misspelt

    folded = {candidate.casefold(): candidate for candidate in known}
    return tuple(folded[found] for found in difflib.get_close_matches(name.casefold(), folded, n=most, cutoff=0.6))
