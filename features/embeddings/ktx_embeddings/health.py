"""What the daemon tells of the models, and what it does with them at its start and end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from ktx_runtime.api import FeatureHealth, HealthState, KtxError

PRELOAD_VARIABLE = "KTX_EMBEDDING_PRELOAD"


def health(feature: str) -> Iterator[FeatureHealth]:
    """One record. A model that is not loaded, as nobody has asked, is ready: it will be loaded when somebody does."""
    if "ktx_embeddings.engines" not in sys.modules:
        yield FeatureHealth(feature=feature, state=HealthState.READY, detail="not used yet")
        return
    from ktx_embeddings.engines import engines  # noqa: PLC0415 - numpy, which a daemon may never need

    states = engines().states()
    if not states:
        yield FeatureHealth(feature=feature, state=HealthState.READY, detail="not used yet")
    for one in states:
        yield FeatureHealth(feature=feature, state=one.state or HealthState.READY, detail=one.detail)


def preload() -> None:
    """Begin to load the model when `KTX_EMBEDDING_PRELOAD` is set to something. What fails is told in `/health`."""
    if not os.environ.get(PRELOAD_VARIABLE):
        return
    from ktx_embeddings.engines import engines  # noqa: PLC0415

    try:
        engines().engine(os.environ).warm()
    except KtxError as error:
        sys.stderr.write(f"embeddings are not preloaded: {error.message}\n")


def leave() -> None:
    """Give back all models."""
    if "ktx_embeddings.engines" in sys.modules:
        from ktx_embeddings.engines import engines  # noqa: PLC0415

        engines().close()
