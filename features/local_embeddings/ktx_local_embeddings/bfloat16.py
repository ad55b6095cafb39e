"""A model's matrices in bfloat16, all else in float32; and what that is worth on this machine."""

from __future__ import annotations

import copy
import hashlib
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from ktx_local_embeddings.precision import Finding
from ktx_local_embeddings.threads import most_threads
from ktx_runtime.api import Embedded

ROUNDS = 3

SAMPLE = (
    "revenue by country and month",
    "How many customers came back within thirty days of their first order?",
    "SELECT sum(amount) FROM orders WHERE status = 'paid' GROUP BY country",
    "Umsatz je Straße",
    "売上高を国別に",
    "국가별. 고객 재고 고객, 재고 주문. 월별 재고 월별 평균",
    "الإيرادات حسب البلد الشهر المرتجعات",
    "x",
    "An order line belongs to one order and names one product; its price is what was paid, without tax. " * 8,
    "0123456789 !@#$%^&*() 3.14159",
    "🚀 launch 👩\u200d👩\u200d👧 invoice 🧾",
)
"""Among them the kinds that stray furthest of a thousand varied ones."""


class Computes(Protocol):
    """What a finding compares: the same model in two precisions."""

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Vectors of unit length."""


def in_bfloat16(model: torch.nn.Module) -> torch.nn.Module:
    """A copy of `model` whose linear layers multiply in bfloat16; it shares all other weights with `model`.

    Sums, norms, attention and what goes from layer to layer stay in float32: with everything in bfloat16 one text of a
    thousand strays to a cosine of 0.9998, with the matrices alone to 0.99994.
    """
    shared = {id(parameter): parameter for parameter in (*model.parameters(), *model.buffers())}
    twin = copy.deepcopy(model, shared)
    _exchange(twin)
    return twin


class _LinearInBfloat16(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # torch is not everywhere where types are checked
    """Takes and gives what it is handed; multiplies in bfloat16."""

    def __init__(self, exact: torch.nn.Linear) -> None:
        super().__init__()
        self._weight = exact.weight.detach().to(torch.bfloat16)
        self._bias = exact.bias.detach().to(torch.bfloat16) if exact.bias is not None else None

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """As `torch.nn.Linear`."""
        product = torch.nn.functional.linear(hidden.to(torch.bfloat16), self._weight, self._bias)
        return product.to(hidden.dtype)


def _exchange(module: torch.nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, torch.nn.Linear):
            setattr(module, name, _LinearInBfloat16(child))
        else:
            _exchange(child)


def find_out(exact: Computes, rough: Computes, *, clock: Callable[[], float]) -> Finding:
    """Compute a sample in both, in turn: how near, and how much faster by `clock` at the best of some rounds."""
    least = {exact: float("inf"), rough: float("inf")}
    vectors: dict[Computes, NDArray[np.float32]] = {}
    for _ in range(ROUNDS):
        for one in (exact, rough):
            began = clock()
            vectors[one] = one.embed(SAMPLE).vectors
            least[one] = min(least[one], clock() - began)
    cosine = float((vectors[exact] * vectors[rough]).sum(axis=1).min())
    return Finding(cosine=cosine, gain=least[exact] / least[rough])


def may_have_bfloat16(device: torch.device) -> bool:
    """Whether it is worth a try: the processor has instructions for it, or the device is none."""
    return device.type != "cpu" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001 - there is no other way to ask


def finding_key(directory: Path, device: torch.device) -> str:
    """Of all that a finding depends on: the model's files, torch, the processor or device, the number of threads."""
    files = sorted(path for path in directory.rglob("*.safetensors"))
    stamps = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    gpu = torch.cuda.get_device_name(device) if device.type == "cuda" else ""
    # On Linux the platform names no more than the architecture.
    processor = f"{platform.processor()} {_cpuinfo()}"
    about = (stamps, torch.__version__, str(device), gpu, processor, most_threads())
    return hashlib.sha256(repr(about).encode()).hexdigest()


def _cpuinfo() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return " ".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
