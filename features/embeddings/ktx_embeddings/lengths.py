"""A model that looks at nothing but lengths: for proofs about queues and batches, whatever is computed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ktx_runtime.api import Embedded


class LengthModel:
    """The direction of a text's vector is its length in characters."""

    name = "lengths"
    dimensions = 2
    most_tokens = 256
    batch_tokens = 1024
    batch_texts = 64
    detail = "nothing but lengths"

    def embed(self, texts: Sequence[str]) -> Embedded:
        """A point of the unit circle for each text."""
        angles = np.array([len(text) for text in texts], dtype=np.float32) / 1000
        return Embedded(np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32))

    def close(self) -> None:
        """Holds nothing."""
