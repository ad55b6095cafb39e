"""The matrices of the layers as 8-bit numbers with a scale for each row.

A number is rounded up or down as `rounding.bin` says, one bit for each: not to the nearest, but so that the errors of a
row make up for each other in what texts are like. `scripts/round_weights.py` found that out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

MOST = 127


def scales_of(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """One for each row of `weight`: its largest number becomes 127."""
    scales: NDArray[np.float32] = np.abs(weight).max(axis=1) / np.float32(MOST)
    scales[scales == 0] = 1
    return scales


def quantized(weight: NDArray[np.float32], upwards: NDArray[np.uint8]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """`weight` (rows by columns) as 8-bit numbers (columns by rows), and the scale of each row.

    `upwards` has a one for each number that is rounded up, a zero for each that is rounded down, row by row.
    """
    scales = scales_of(weight)
    steps = np.floor(weight / scales[:, None])
    steps += upwards.reshape(weight.shape)
    np.clip(steps, -MOST, MOST, out=steps)
    return np.ascontiguousarray(steps.astype(np.int8).T), scales


def matrices(names: Iterable[str]) -> list[str]:
    """Those of a model's tensors that are quantized, without `.weight`, in the order of `rounding.bin`."""
    return sorted(name.removesuffix(".weight") for name in names if _is_matrix(name))


def roundings(sizes: Mapping[str, int]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """For each matrix the bits of its numbers; `sizes` says how many it has, in the order of `matrices`."""
    packed = np.frombuffer(files("ktx_onnx_embeddings").joinpath("graphs", "rounding.bin").read_bytes(), np.uint8)
    begin = 0
    for name, size in sizes.items():
        end = begin + size // 8
        yield name, np.unpackbits(packed[begin:end])
        begin = end


def _is_matrix(name: str) -> bool:
    return name.startswith("encoder.layer.") and name.endswith(".weight") and "LayerNorm" not in name
