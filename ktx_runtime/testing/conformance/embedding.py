"""What every embedding backend promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ktx_runtime.api import EmbeddingModel, ParallelEmbeddingModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOLERANCE = 1e-5
"""How far a vector may be from itself in another batch, in any component; and its length from one."""

PLAIN = (
    "revenue by country and month",
    "how many customers came back",
    "the weather in spring",
    "SELECT sum(amount) FROM orders WHERE status = 'paid'",
    "x",
)
UNICODE = (
    "Umsatz je Straße in München",
    "売上高を国別に",
    "выручка по странам",
    "الإيرادات حسب البلد",
    "e\u0301 and é are one letter",
    "🚀🚀 launch 👩\u200d👩\u200d👧",
    "\u200b",
    "a\x00b\x1b[31m",
    "ﬁnance ½ Ⅷ",
)
LONG = ("word " * 5000, "x" * 100_000, "a,b;c." * 20_000, "長" * 10_000, "line\n" * 3000)


def _embed(model: EmbeddingModel, texts: Sequence[str]) -> NDArray[np.float32]:
    return model.embed(list(texts)).vectors


def _shape(model: EmbeddingModel, tolerance: float) -> Iterator[str]:
    del tolerance
    for count in (1, 2, len(PLAIN)):
        vectors = _embed(model, PLAIN[:count])
        if vectors.shape != (count, model.dimensions):
            yield f"{count} texts give the shape {vectors.shape}, not {(count, model.dimensions)}"
        if str(vectors.dtype) != "float32":
            yield f"vectors are {vectors.dtype}, not float32"


def _unit_length(model: EmbeddingModel, tolerance: float) -> Iterator[str]:
    for text in (*PLAIN, *UNICODE, *LONG):
        length = float((_embed(model, [text]).astype("float64") ** 2).sum()) ** 0.5
        if not abs(length - 1) <= tolerance:
            yield f"the vector of {text[:20]!r} has the length {length}"


def _order_and_independence(model: EmbeddingModel, tolerance: float) -> Iterator[str]:
    texts = [*PLAIN, *UNICODE, LONG[0][:600]]
    alone = [_embed(model, [text])[0] for text in texts]
    together = _embed(model, texts)
    backwards = _embed(model, texts[::-1])[::-1]
    for name, vectors in (("a batch", together), ("a batch in another order", backwards)):
        for text, single, batched in zip(texts, alone, vectors, strict=True):
            apart = float(abs(single - batched).max())
            if not apart <= tolerance:
                yield f"the vector of {text[:20]!r} alone is {apart:.1e} from the one in {name}"


def _repeatable(model: EmbeddingModel, tolerance: float) -> Iterator[str]:
    apart = float(abs(_embed(model, PLAIN) - _embed(model, PLAIN)).max())
    if not apart <= tolerance:
        yield f"the same batch twice differs by {apart:.1e}"


def _meaning(model: EmbeddingModel, tolerance: float) -> Iterator[str]:
    del tolerance
    near, asked, far = _embed(model, ["income per nation", "revenue by country", "the cat sleeps on the sofa"])
    if not float(near @ asked) > float(far @ asked):
        yield "what means the same is not nearer than what does not"


def _token_counts(model: EmbeddingModel, tolerance: float) -> Iterator[str]:
    del tolerance
    texts = ["x", PLAIN[0], LONG[0]]
    counts = model.embed(texts).token_counts
    if counts is None:
        return
    if len(counts) != len(texts) or any(not 0 < count <= model.most_tokens for count in counts):
        yield f"token counts are {list(counts)} where at most {model.most_tokens} count"


def _at_once(model: EmbeddingModel, tolerance: float) -> Iterator[str]:
    if not isinstance(model, ParallelEmbeddingModel):
        return
    if model.lanes < 1:
        yield f"the model has {model.lanes} lanes"
        return
    batches = [PLAIN, PLAIN[::-1], UNICODE, PLAIN[:1], *(PLAIN for _ in range(model.lanes))]
    expected = [_embed(model, batch) for batch in batches]
    with ThreadPoolExecutor(model.lanes) as pool:
        found = list(pool.map(lambda batch: model.embed_beside(list(batch)).vectors, batches))
    for batch, alone, beside in zip(batches, expected, found, strict=True):
        if beside.shape != alone.shape:
            yield f"{len(batch)} texts beside others give the shape {beside.shape}, not {alone.shape}"
        elif not float(abs(alone - beside).max()) <= tolerance:
            yield f"vectors computed beside others are {float(abs(alone - beside).max()):.1e} from those computed alone"


_CHECKS: tuple[Callable[[EmbeddingModel, float], Iterator[str]], ...] = (
    _shape,
    _unit_length,
    _order_and_independence,
    _repeatable,
    _meaning,
    _token_counts,
    _at_once,
)


class EmbeddingConformance:
    """Inherit, and give the fixture `model`: shape, unit length, order, independence of the batch, Unicode, long texts;
    and of a `ParallelEmbeddingModel`, that batches computed at once are those computed one by one.

    Blank texts are refused before they reach a backend.
    """

    tolerance: float = TOLERANCE

    @pytest.fixture
    def model(self) -> EmbeddingModel:
        """The model, loaded: once for all tests, by a fixture of a wider scope."""
        raise NotImplementedError("give the fixture `model`")

    @pytest.mark.parametrize("check", _CHECKS, ids=lambda check: check.__name__.strip("_"))
    def test_the_model_keeps_its_promise(
        self, model: EmbeddingModel, check: Callable[[EmbeddingModel, float], Iterator[str]]
    ) -> None:
        """Each difference is a line."""
        assert list(check(model, self.tolerance)) == []
