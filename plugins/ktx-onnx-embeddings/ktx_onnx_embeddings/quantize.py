"""The matrices of the layers as 8-bit numbers, in blocks of 32 along each row with a scale each.

As the ONNX runtime's operator `MatMulNBits` wants them: q = round(w / scale) + 128, scale = max |w| / 127 in a block.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

BLOCK = 32


def quantized(weight: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The blocks of `weight` (rows by columns), and their scales in the same order."""
    rows, columns = weight.shape
    blocks = weight.reshape(rows, columns // BLOCK, BLOCK)
    scales = np.abs(blocks).max(axis=2) / 127
    scales[scales == 0] = 1
    numbers = np.clip(np.rint(blocks / scales[..., None]) + 128, 0, 255).astype(np.uint8)
    return numbers, np.ascontiguousarray(scales.reshape(-1), dtype=np.float32)


def matrices(names: Iterator[str]) -> list[str]:
    """Those of a model's tensors that are quantized, without `.weight`."""
    return [name.removesuffix(".weight") for name in names if _is_matrix(name)]


def _is_matrix(name: str) -> bool:
    return name.startswith("encoder.layer.") and name.endswith(".weight") and "LayerNorm" not in name
