"""In which precision to compute: what is asked for, and what was found out about bfloat16, kept beside the model."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from ktx_runtime.api import UsageError, near_names, plain_text

PRECISION_VARIABLE = "KTX_EMBEDDING_PRECISION"

LEAST_COSINE = 0.9999
"""How near vectors in bfloat16 must be to those in float32."""

LEAST_GAIN = 1.15
"""How much faster they must come to be worth it: some processors have the instructions, and take longer with them."""

FINDING_FILE = ".ktx-bfloat16.json"
_SCHEMA = 1


class Precision(StrEnum):
    """What may be asked for. `bfloat16` is taken where it is near enough, by `auto` where it is faster as well."""

    AUTO = "auto"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


def wanted_precision(environment: Mapping[str, str]) -> Precision:
    """What `KTX_EMBEDDING_PRECISION` names, else `auto`. Raises `UsageError`."""
    text = environment.get(PRECISION_VARIABLE, "").strip().lower()
    try:
        return Precision(text or Precision.AUTO)
    except ValueError:
        near = near_names(text, tuple(Precision)) or tuple(Precision)
        raise UsageError(
            f"{PRECISION_VARIABLE} names no precision: {plain_text(text)}", hint=f"did you mean {' or '.join(near)}?"
        ) from None


@dataclass(frozen=True, slots=True)
class Finding:
    """What bfloat16 is worth on this machine: the least cosine to float32 on a sample, and how many times as fast."""

    cosine: float
    gain: float

    def against(self, wanted: Precision) -> str | None:
        """Why float32 is taken all the same; None when bfloat16 is."""
        if not self.cosine >= LEAST_COSINE:
            return f"bfloat16 strays too far: cosine {self.cosine:.5f}"
        if wanted is Precision.AUTO and not self.gain >= LEAST_GAIN:
            return f"bfloat16 is {self.gain:.1f} times as fast here"
        return None


def read_finding(directory: Path, key: str) -> Finding | None:
    """What was found out about the model in `directory` under the same `key`: model, torch and processor."""
    try:
        found = json.loads((directory / FINDING_FILE).read_bytes())
        if (found["schemaVersion"], found["key"]) != (_SCHEMA, key):
            return None
        return Finding(cosine=float(found["cosine"]), gain=float(found["gain"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep_finding(directory: Path, key: str, finding: Finding) -> None:
    """Beside the model. Where that cannot be written it is found out again at the next load."""
    file = directory / FINDING_FILE
    part = file.with_name(f"{FINDING_FILE}.{os.getpid()}")
    with contextlib.suppress(OSError):
        part.write_text(json.dumps({"schemaVersion": _SCHEMA, "key": key, **asdict(finding)}), encoding="utf-8")
        part.replace(file)
        return
    with contextlib.suppress(OSError):
        part.unlink()
