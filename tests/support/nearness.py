"""Whether two kinds of vectors of the same texts have the same texts near each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_NEAREST = 10


def overlap_of_ten_nearest(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Of the ten nearest of each text by `one`, the share that `other` has among its ten."""
    pairs = zip(_nearest(one), _nearest(other), strict=True)
    return float(np.mean([len(set(a) & set(b)) / _NEAREST for a, b in pairs]))


def _nearest(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    return np.argsort(-likeness, axis=1)[:, :_NEAREST]
