"""Members of a model by meaning: the nearest vectors, where the environment computes any.

Vectors are used inside a daemon only, where a model is loaded once. Those of members are kept there; those of a large
model are made over several searches, none of which waits for them.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from ktx_runtime.api import FeatureMissing, Invocation, KtxError, Mode
from semantic_layer.members import Member

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OPERATION = "embedding-openai"
CHUNK = 64
PATIENCE_SECONDS = 2.0
"""How long one search may take for vectors that are not there yet."""

MOST_KEPT = 20_000
LEAST_COSINE = 0.3
"""Less than that has nothing to do with what was asked."""


@dataclass(frozen=True, slots=True)
class ByMeaning:
    """Positions of members, the nearest first, and the model that says so; or why there are none."""

    order: tuple[int, ...] = ()
    model: str | None = None
    reason: str | None = None


def by_meaning(members: Sequence[Member], text: str, invocation: Invocation, *, most: int) -> ByMeaning:
    """At most `most` of `members`, nearest to `text` first. Never raises for what embeddings lack."""
    if invocation.mode is not Mode.DAEMON:
        # A search takes a tenth of a second; loading a model for it would take seconds, each time.
        return ByMeaning(reason=_why_not_here(invocation))
    try:
        return _nearest(members, text, invocation, most)
    except FeatureMissing as missing:
        return ByMeaning(reason=f"to rank by meaning, too, {missing.hint}")
    except KtxError as error:
        return ByMeaning(reason=error.message)


def _why_not_here(invocation: Invocation) -> str:
    """A search runs in the daemon wherever embeddings are installed, unless something is in the way."""
    if find_spec("numpy") is None:
        return f"to rank by meaning, too, run: {invocation.program} setup local-embeddings"
    if invocation.environment.get("KTX_NO_DAEMON"):
        return "vectors are used in the daemon, and KTX_NO_DAEMON is set"
    return "vectors are used in the daemon, and this is none"


def _nearest(members: Sequence[Member], text: str, invocation: Invocation, most: int) -> ByMeaning:
    model, (asked,) = _compute([text], invocation)
    import numpy as np  # noqa: PLC0415 - where something has computed vectors, there is numpy

    texts = [described(member) for member in members]
    kept = _kept()
    missing = list(dict.fromkeys(each for each in texts if kept.get(model, each) is None))
    deadline = time.monotonic() + PATIENCE_SECONDS
    for at in range(0, len(missing), CHUNK):
        if time.monotonic() > deadline:
            done = len(set(texts)) - len(missing) + at
            return ByMeaning(reason=f"vectors of {done} of {len(set(texts))} entries are there yet; search again")
        chunk = missing[at : at + CHUNK]
        name, vectors = _compute(chunk, invocation)
        for each, vector in zip(chunk, vectors, strict=True):
            kept.put(name, each, np.array(vector, dtype=np.float32))
    found = [kept.get(model, each) for each in texts]
    if not found or any(vector is None for vector in found):
        return ByMeaning(model=model, reason=None if not found else "the vectors changed meanwhile; search again")
    likeness = np.stack([vector for vector in found if vector is not None]) @ np.array(asked, dtype=np.float32)
    order = [int(index) for index in np.argsort(-likeness, kind="stable")[:most] if likeness[index] >= LEAST_COSINE]
    return ByMeaning(tuple(order), model)


def described(member: Member) -> str:
    """What a member says of itself, as a sentence would."""
    name = member.qualified.replace("_", " ").replace(".", " ")
    return f"{name}: {member.description or member.expr or member.kind}"


def _compute(texts: Sequence[str], invocation: Invocation) -> tuple[str, list[list[float]]]:
    answer: dict[str, Any] = invocation.capabilities.call_operation(OPERATION, {"input": list(texts)})
    return str(answer["model"]), [row["embedding"] for row in answer["data"]]


class _Kept:
    """Vectors by model and text, those used longest ago dropped first."""

    def __init__(self) -> None:
        self._vectors: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()
        self._turn = Lock()

    def get(self, model: str, text: str) -> NDArray[np.float32] | None:
        with self._turn:
            vector = self._vectors.get((model, text))
            if vector is not None:
                self._vectors.move_to_end((model, text))
            return vector

    def put(self, model: str, text: str, vector: NDArray[np.float32]) -> None:
        with self._turn:
            self._vectors[model, text] = vector
            while len(self._vectors) > MOST_KEPT:
                self._vectors.popitem(last=False)


@cache
def _kept() -> _Kept:
    """Those of this process."""
    return _Kept()
