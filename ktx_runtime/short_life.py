"""What processes that live for a moment do to start sooner: controller, smoke checks, one-shot workers."""

from __future__ import annotations

import gc
import os


def expect_a_short_life() -> None:
    """Collect garbage rarely: imports make few cycles, and looking for them is a tenth of a cold start.

    Plugins of pydantic's are left out: foreign code, found by reading the metadata of every distribution.
    """
    gc.set_threshold(100_000, 50, 100)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
