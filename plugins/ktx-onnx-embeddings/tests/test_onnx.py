"""The backend with the real model: it conforms, its vectors are those of torch, and int8 stays near."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ktx_onnx_embeddings.backend import OnnxBackend
from ktx_onnx_embeddings.model import OnnxModel
from ktx_onnx_embeddings.quantize import quantized

from ktx_runtime.api import KtxError, UsageError
from ktx_runtime.testing.conformance import EmbeddingConformance
from tests.support.model import real_model
from tests.support.nearness import overlap_of_ten_nearest

HERE = Path(__file__).parent
TEXTS = 1000


@pytest.fixture(scope="session")
def directory(pytestconfig: pytest.Config) -> Path:
    return real_model(pytestconfig.cache.mkdir("ktx-embeddings"))


@pytest.fixture(scope="session")
def exact(directory: Path) -> OnnxModel:
    return OnnxBackend().load({"KTX_EMBEDDING_MODEL_PATH": str(directory)})


@pytest.fixture(scope="session")
def rough(directory: Path) -> OnnxModel:
    return OnnxBackend().load({"KTX_EMBEDDING_MODEL_PATH": str(directory), "KTX_EMBEDDING_PRECISION": "int8"})


class TestFloat32(EmbeddingConformance):
    @pytest.fixture
    def model(self, exact: OnnxModel) -> OnnxModel:
        return exact


class TestInt8(EmbeddingConformance):
    @pytest.fixture
    def model(self, rough: OnnxModel) -> OnnxModel:
        return rough


def test_vectors_are_those_of_torch(exact: OnnxModel) -> None:
    """`torch_vectors.json` has texts of all kinds with their vectors as sentence-transformers gives them."""
    recorded = json.loads((HERE / "torch_vectors.json").read_text(encoding="utf-8"))
    for text, vector in recorded.items():
        wanted = np.array(vector)
        found = exact.embed([text]).vectors[0][: len(wanted)]
        np.testing.assert_allclose(found, wanted, atol=2e-5, err_msg=text[:40])


def varied_texts(count: int) -> list[str]:
    """Short texts as data people write them, each with something of its own."""
    rng = random.Random(7)  # noqa: S311 - texts, not secrets
    subjects = ("revenue", "orders", "customers", "refunds", "churn", "sessions", "invoices", "shipments", "returns")
    verbs = ("grew", "fell", "by", "per", "of", "for", "without", "against", "before", "after", "among", "within")
    places = ("country", "month", "region", "channel", "segment", "product", "week", "store", "campaign", "currency")
    extras = ("net", "gross", "daily", "average", "total", "new", "returning", "blocked", "late", "paid", "open")
    return [
        f"{rng.choice(extras)} {rng.choice(subjects)} {rng.choice(verbs)} {rng.choice(places)} {rng.choice(extras)} "
        f"{rng.choice(subjects)} {number}"
        for number in range(count)
    ]


def test_int8_stays_near_on_a_thousand_texts(exact: OnnxModel, rough: OnnxModel) -> None:
    texts = varied_texts(TEXTS)
    vectors = [
        np.concatenate([model.embed(texts[at : at + 64]).vectors for at in range(0, TEXTS, 64)])
        for model in (exact, rough)
    ]
    cosines = (vectors[0] * vectors[1]).sum(axis=1)
    assert cosines.min() >= 0.999
    assert overlap_of_ten_nearest(*vectors) >= 0.97


def test_quantized_blocks_are_within_half_a_step() -> None:
    weight = np.random.default_rng(1).normal(size=(4, 64)).astype(np.float32)
    weight[2, :32] = 0
    numbers, scales = quantized(weight)
    restored = (numbers.astype(np.float32) - 128) * scales.reshape(4, 2, 1)
    assert np.abs(restored.reshape(4, 64) - weight).max() <= scales.max() / 2 + 1e-7


def test_another_model_is_refused_before_it_computes_nonsense(directory: Path, tmp_path: Path) -> None:
    shutil.copy(directory / "tokenizer.json", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0" + b"{}" + b"\0" * 100)
    with pytest.raises(KtxError) as caught:
        OnnxBackend().load({"KTX_EMBEDDING_MODEL_PATH": str(tmp_path)})
    assert caught.value.code == "model-not-supported"


def test_what_is_missing_is_told_without_loading_anything(tmp_path: Path) -> None:
    missing = OnnxBackend().missing({"KTX_EMBEDDING_MODEL_PATH": str(tmp_path)})
    assert missing is not None
    assert str(tmp_path) in missing.reason
    with pytest.raises(UsageError, match="bfloat16"):
        OnnxBackend().load({"KTX_EMBEDDING_MODEL_PATH": str(tmp_path), "KTX_EMBEDDING_PRECISION": "bfloat16"})


def test_the_graphs_are_what_the_script_writes(directory: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the package onnx, which only this test needs, is not installed (optional)")
    script = HERE.parent / "scripts" / "build_graphs.py"
    subprocess.run([sys.executable, script, directory / "model.safetensors", tmp_path], check=True)
    for name in ("float32.onnx", "int8.onnx"):
        assert (tmp_path / name).read_bytes() == (HERE.parent / "ktx_onnx_embeddings" / "graphs" / name).read_bytes()
