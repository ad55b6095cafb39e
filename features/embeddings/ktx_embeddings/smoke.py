"""Proof that `embeddings` works where it was installed. What computes is proved by the feature that brings it."""

from __future__ import annotations


def batches() -> str | None:
    """Texts pass through the queue and come back in their order. The reason if not, else None."""
    import numpy as np  # noqa: PLC0415 - a declaration names this module

    from ktx_embeddings.engine import Engine  # noqa: PLC0415
    from ktx_embeddings.lengths import LengthModel  # noqa: PLC0415

    engine = Engine(load=LengthModel, idle_seconds=0.1)
    texts = ["a", "a longer text", "text"]
    found = engine.submit(texts, lambda _, embedded: embedded.vectors).result(30)
    expected = LengthModel().embed(texts).vectors
    return None if np.allclose(found, expected) else "the vectors come back in another order"
