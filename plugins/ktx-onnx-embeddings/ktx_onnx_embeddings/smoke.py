"""Proof that the ONNX runtime and the model give the right vector: compared with one that torch worked out."""

from __future__ import annotations

TEXT = "revenue by country"
FIRST_NUMBERS = (0.053275, 0.028711, -0.058434, -0.045218, 0.006554, -0.013102)


def vectors() -> str | None:
    """None when it does; otherwise the reason."""
    import os  # noqa: PLC0415 - a declaration names this module

    from ktx_onnx_embeddings.backend import OnnxBackend  # noqa: PLC0415

    backend = OnnxBackend()
    missing = backend.missing(os.environ)
    if missing is not None:
        return missing.reason
    vector = backend.load(os.environ).embed([TEXT]).vectors[0]
    apart = max(abs(float(found) - wanted) for found, wanted in zip(vector, FIRST_NUMBERS, strict=False))
    return None if apart < 1e-2 else f"the vector of {TEXT!r} is another one"  # noqa: PLR2004 - int8 stays within
