"""Errors that bring no hint of their own get one from the plugins that know better."""

from collections.abc import Iterator
from contextlib import contextmanager

from ktx_runtime.api import KtxError
from ktx_runtime.registry import Catalogue


@contextmanager
def hinted(catalogue: Catalogue) -> Iterator[None]:
    """Give whatever `KtxError` comes out of the block the first hint that fits (`ktx_error_hints`)."""
    try:
        yield
    except KtxError as error:
        error.hint = catalogue.hint_for(error)
        raise
