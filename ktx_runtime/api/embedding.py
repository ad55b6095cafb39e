"""What a backend that turns texts into vectors is: the one named in the configuration, found by entry point.

Queues, batches across requests, limits and the wire formats are not its business: it is handed a small batch of texts
of similar length, and computes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EMBEDDING_BACKENDS = "ktx.embedding_backends"
"""The entry-point group. Each entry names a callable without arguments that returns an `EmbeddingBackend`."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A batch that was computed.

    `vectors` has the shape (texts, dimensions), in the order of the texts, each row of unit length. `token_counts` says
    how many tokens of each text counted; None where that is not known.
    """

    vectors: NDArray[np.float32]
    token_counts: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class BackendMissing:
    """Why a backend cannot be used here, and what mends it: `install` is a feature, `hint` anything else to do."""

    reason: str
    install: str | None = None
    hint: str | None = None


class EmbeddingModel(Protocol):
    """A model that is loaded. Used by one thread at a time, unless it is a `ParallelEmbeddingModel`."""

    @property
    def name(self) -> str:
        """What the model is called: vectors of the same name can be compared."""

    @property
    def dimensions(self) -> int:
        """The length of each vector."""

    @property
    def most_tokens(self) -> int:
        """What lies behind so many tokens of a text does not count."""

    @property
    def batch_tokens(self) -> int:
        """About how many tokens, padding included, a batch should have to be computed fastest."""

    @property
    def batch_texts(self) -> int:
        """How many texts a batch may have at most."""

    @property
    def detail(self) -> str:
        """In a few words how it computes: device, precision."""

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Compute one batch. No text is blank. A vector does not depend on the other texts of its batch."""

    def close(self) -> None:
        """Give back what the model holds."""


@runtime_checkable
class ParallelEmbeddingModel(EmbeddingModel, Protocol):
    """A model that computes several batches at once, each with its share of the processors: best with one.

    That takes less than to compute them one after the other by all threads, which wait for each other after every
    matrix. `embed` still computes a single batch with all there is.
    """

    @property
    def lanes(self) -> int:
        """How many batches may be computed at once."""

    def embed_beside(self, texts: Sequence[str]) -> Embedded:
        """As `embed`, with one of `lanes` shares. Up to `lanes` threads call it at once, one of them maybe `embed`."""


class EmbeddingBackend(Protocol):
    """One way to compute vectors."""

    def missing(self, environment: Mapping[str, str]) -> BackendMissing | None:
        """What this backend lacks to work; None when it lacks nothing. Imports nothing heavy and loads nothing."""

    def settings(self, environment: Mapping[str, str]) -> Mapping[str, str]:
        """The variables that this backend heeds, as they are set: two of the same make the same model."""

    def load(self, environment: Mapping[str, str]) -> EmbeddingModel:
        """Load the model, which may take seconds. Raises `KtxError`."""


def heeded(environment: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Those of `names` that are set in `environment`, for `EmbeddingBackend.settings`."""
    return {name: environment[name] for name in names if environment.get(name)}
