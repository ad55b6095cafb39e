"""Write `ktx_onnx_embeddings/graphs/rounding.bin`: which way each number of the layers' matrices is rounded.

    PYTHONPATH=. python plugins/ktx-onnx-embeddings/scripts/round_weights.py MODEL-DIRECTORY OUTPUT

from the repository's root; needs the package `onnx` and takes about two minutes. Computes texts in float32, gathers for
each matrix how what it is multiplied with correlates, and rounds one column after the other: what a column's
rounding changes in the products is made up for by the columns after it (the method is known as GPTQ: Frantar and
others, 2022). Here a number may only go up or down to the next step, so that one bit says what became of it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from build_graphs import Float32Builder, read_header, read_weights
from ktx_onnx_embeddings.quantize import MOST, matrices, scales_of
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tests.support.varied_texts import varied_texts

MOST_TOKENS = 256
DAMPING = 0.01
"""Of the mean of the diagonal: texts are too few to know every correlation."""

BLOCK = 128
_WORDS = (
    "the of and to in is was for on that with as are this be by from at or which an have it not but one can more his"
    " has their than time who its new up about other into two only some could them see between after most made over"
    " years where then such may also people any through much before well back year work way even because good each"
    " those state great system number part point place"
)
Matrix = NDArray[np.float64]


def main() -> int:
    """Write the bits of all matrices."""
    directory, output = Path(sys.argv[1]), Path(sys.argv[2])
    weights = read_weights(directory / "model.safetensors")
    correlations = gathered(directory, sample())
    packed = []
    for name in matrices(weights):
        weight = weights[f"{name}.weight"]
        up = rounded_up(weight, correlations[name])
        packed.append(np.packbits(up).tobytes())
        nearest, chosen = errors(weight, up, correlations[name])
        sys.stderr.write(f"{name}: {nearest:.5f} rounded to the nearest, {chosen:.5f} as chosen\n")
    output.write_bytes(b"".join(packed))
    return 0


def sample() -> list[str]:
    """Texts of all kinds, none of which a test compares."""
    rng = random.Random(5)  # noqa: S311 - texts, not secrets
    words = _WORDS.split()
    plain = [" ".join(rng.choice(words) for _ in range(rng.choice((5, 10, 20, 40, 80)))) for _ in range(300)]
    return [*varied_texts(600, seed=1234), *plain]


def gathered(directory: Path, texts: Sequence[str]) -> Mapping[str, Matrix]:
    """For each matrix the mean of the outer products of what it is multiplied with."""
    builder = Float32Builder(*read_header(directory / "model.safetensors"))
    builder.build()
    places = sorted(set(builder.multiplied.values()))
    model = Float32Builder(*read_header(directory / "model.safetensors")).build(more_outputs=places)
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(directory))
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, disabled_optimizers=["SkipLayerNormFusion"]
    )
    sums: dict[str, Matrix] = {}
    count = 0
    for ids in _tokens(directory, texts):
        _, *values = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        for place, value in zip(places, values, strict=True):
            rows = value[0].astype(np.float64)
            sums[place] = sums.get(place, 0) + rows.T @ rows
        count += ids.shape[1]
    return {name: sums[place] / count for name, place in builder.multiplied.items()}


def _tokens(directory: Path, texts: Sequence[str]) -> Iterator[NDArray[np.int64]]:
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.enable_truncation(max_length=MOST_TOKENS)
    tokenizer.no_padding()
    for text in texts:
        yield np.array([tokenizer.encode(text).ids], np.int64)


def rounded_up(weight: NDArray[np.float32], correlation: Matrix) -> NDArray[np.uint8]:
    """For each number of `weight` (rows by columns): one where it goes up to the next step, zero where down."""
    damped = correlation + np.eye(len(correlation)) * DAMPING * np.diag(correlation).mean()
    # What matters most comes first: what comes later has to make up for it.
    order = np.argsort(-np.diag(damped), kind="stable")
    steps = (weight / scales_of(weight)[:, None])[:, order].astype(np.float64)
    down = np.floor(steps)
    up = np.zeros(weight.shape, np.uint8)
    influence = np.linalg.cholesky(np.linalg.inv(damped[np.ix_(order, order)])).T
    for begin in range(0, steps.shape[1], BLOCK):
        end = min(begin + BLOCK, steps.shape[1])
        missed = np.zeros((len(steps), end - begin))
        for column in range(begin, end):
            up[:, column] = steps[:, column] >= down[:, column] + 0.5
            after = np.clip(down[:, column] + up[:, column], -MOST, MOST)
            missed[:, column - begin] = (steps[:, column] - after) / influence[column, column]
            steps[:, column + 1 : end] -= np.outer(missed[:, column - begin], influence[column, column + 1 : end])
        steps[:, end:] -= missed @ influence[begin:end, end:]
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return up[:, back]


def errors(weight: NDArray[np.float32], up: NDArray[np.uint8], correlation: Matrix) -> Iterator[float]:
    """How far products stray, as a part of what they are: rounded to the nearest, and as `up` says."""
    scales = scales_of(weight)[:, None]
    steps = weight / scales
    for after in (np.rint(steps), np.clip(np.floor(steps) + up, -MOST, MOST)):
        apart = (after * scales - weight).astype(np.float64)
        exact = weight.astype(np.float64)
        yield float(np.sum(apart @ correlation * apart) / np.sum(exact @ correlation * exact)) ** 0.5


if __name__ == "__main__":
    sys.exit(main())
