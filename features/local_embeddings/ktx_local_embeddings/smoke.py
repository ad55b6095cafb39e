"""Proof that `local-embeddings` computes where it was installed: real vectors, compared with those that were worked out
with the same model elsewhere."""

from __future__ import annotations

TEXT = "revenue by country"
FIRST_NUMBERS = (0.053275, 0.028711, -0.058434, -0.045218, 0.006554, -0.013102)


def vectors() -> str | None:
    """One text gives its vector. The reason if not, else None."""
    import os  # noqa: PLC0415 - a declaration names this module

    from ktx_local_embeddings.backend import SentenceTransformersBackend  # noqa: PLC0415
    from ktx_local_embeddings.model_files import MINILM  # noqa: PLC0415

    backend = SentenceTransformersBackend()
    missing = backend.missing(os.environ)
    if missing is not None:
        return missing.reason
    model = backend.load(os.environ)
    vector = model.embed([TEXT]).vectors[0]
    if MINILM.given_directory(os.environ) is not None:
        return None
    apart = max(abs(float(found) - wanted) for found, wanted in zip(vector, FIRST_NUMBERS, strict=False))
    return None if apart < 1e-3 else f"the vector of {TEXT!r} is another one"  # noqa: PLR2004 - bfloat16 stays within
