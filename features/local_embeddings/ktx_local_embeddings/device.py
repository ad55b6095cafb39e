"""Where to compute."""

from __future__ import annotations

DEVICE_VARIABLE = "KTX_EMBEDDING_DEVICE"


def device_name(named: str | None, *, cuda: bool, mps: bool) -> str:
    """The device that is named, else what torch can use here that accelerates, else the processor."""
    wanted = (named or "auto").strip().lower()
    if wanted != "auto":
        return wanted
    if cuda:
        return "cuda"
    return "mps" if mps else "cpu"
