"""What a model makes of tokens: on a processor as one graph, which torch runs without Python."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch

TOLERANCE = 1e-5
"""How far a graph may be from the model that it was traced from, in any number of a vector."""

_TALKATIVE = ("sentence_transformers", "transformers")

Features = Mapping[str, torch.Tensor]
"""By name, as a tokenizer gives them: batch by tokens."""


class Computation:
    """From tokens to vectors of unit length: float32, batch by dimensions.

    A model is some 150 modules, and Python goes through all of them for each batch, one thread at a time. As a graph it
    is one call (ADR 87). `examples`, which differ in both sizes, are what the graph is made and judged by; it is made
    with the first call, and takes texts that are no longer than those.
    """

    def __init__(self, model: torch.nn.Module, device: torch.device, examples: Sequence[Features]) -> None:
        self._device = device
        self._names = tuple(examples[0])
        self._module = _Whole(model, self._names).eval()
        self._graph: Any = None
        self._longest = max(_width(each) for each in examples)
        self._examples: Sequence[Features] | None = examples if device.type == "cpu" else None

    @property
    def is_graph(self) -> bool:
        """Whether Python has no part in a batch."""
        return self._graph is not None

    def __call__(self, features: Features) -> torch.Tensor:
        """Vectors on the device. The first call may not be one of several at once."""
        if self._examples is not None:
            examples, self._examples = self._examples, None
            self._graph = graph(self._module, [self._in_order(each) for each in examples])
        fits = self._graph is not None and _width(features) <= self._longest
        return (self._graph if fits else self._module)(*self._in_order(features))  # type: ignore[no-any-return, unused-ignore]

    def _in_order(self, features: Features) -> tuple[torch.Tensor, ...]:
        return tuple(features[name].to(self._device) for name in self._names)


def _width(features: Features) -> int:
    return max(int(tensor.shape[-1]) for tensor in features.values())


class _Whole(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # torch is not everywhere where types are checked
    """All of it, with tensors alone going in."""

    def __init__(self, model: torch.nn.Module, names: Sequence[str]) -> None:
        super().__init__()
        self._model = model
        self._names = tuple(names)

    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        """Unit length, float32."""
        computed = self._model(dict(zip(self._names, tensors, strict=True)))
        return torch.nn.functional.normalize(computed["sentence_embedding"].float(), dim=-1)


def graph(module: torch.nn.Module, examples: Sequence[tuple[torch.Tensor, ...]]) -> torch.nn.Module | None:
    """`module` traced with the first of `examples`; None where that fails, or gives anything else for any of them.

    A trace keeps what Python has decided for its example, so the others must differ from the first in their sizes.
    """
    try:
        with _quiet(), torch.inference_mode():
            traced: torch.nn.Module = torch.jit.trace(module, examples[0], check_trace=False)
            # Twice: with what the first calls have shown torch makes another graph of it.
            for example in (*examples, *examples):
                torch.testing.assert_close(traced(*example), module(*example), atol=TOLERANCE, rtol=0)
            return traced
    except Exception:  # noqa: BLE001 - there is no list of what keeps a model from being traced, and it works without
        return None


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave out what is said of tracing as such: that it is an old way, and that Python decides something meanwhile."""
    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
