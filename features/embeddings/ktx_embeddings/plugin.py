"""Declares `embeddings`. Light: nothing here imports what the feature needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from ktx_embeddings.operations import OPERATIONS
from ktx_runtime.api import Command, DownloadHint, Feature, FeatureHealth, SmokeCheck, hookimpl

EMBEDDINGS = Feature(
    name="embeddings",
    summary="texts to vectors, computed by a backend: on this machine or on a server",
    requires=("core",),
    install_with="local-embeddings",
    extras=("embeddings",),
    download=DownloadHint(what="numpy", download_mb=17, disk_mb=70),
    operations=OPERATIONS,
    commands=(
        Command(
            name="embed",
            summary="turn texts into vectors",
            handler="ktx_embeddings.embed.command:run",
            answers="ktx_embeddings.answers:EMBED",
            in_daemon=True,
        ),
    ),
    smoke_checks=(
        SmokeCheck(name="batches", summary="texts are queued and batched", check="ktx_embeddings.smoke:batches"),
    ),
    heavy=True,
)


PARQUET = Feature(
    name="embeddings-parquet",
    summary="vectors in Parquet files",
    requires=("embeddings",),
    extras=("embeddings-parquet",),
    download=DownloadHint(what="pyarrow", download_mb=47, disk_mb=150),
)


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """Embeddings, and what few need of them."""
    return (EMBEDDINGS, PARQUET)


@hookimpl
def ktx_health() -> Iterator[FeatureHealth]:
    """Whether a model is loaded, being loaded, or cannot be."""
    from ktx_embeddings.health import health  # noqa: PLC0415 - declarations are read without numpy

    yield from health(EMBEDDINGS.name)


@hookimpl
def ktx_daemon_lifespan() -> AbstractContextManager[None]:
    """Models are loaded early when that is asked for, and given back at the end."""
    return _lifespan()


@contextmanager
def _lifespan() -> Iterator[None]:
    from ktx_embeddings.health import leave, preload  # noqa: PLC0415 - as above

    preload()
    try:
        yield
    finally:
        leave()
