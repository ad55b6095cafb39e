"""The backend with the real model: it conforms, its vectors are those of torch, and int8 stays near."""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from build_graphs import Int8Builder, read_header, read_weights
from ktx_onnx_embeddings.backend import OnnxBackend
from ktx_onnx_embeddings.model import OnnxModel
from ktx_onnx_embeddings.quantize import matrices, quantized, roundings
from ktx_onnx_embeddings.sessions import Sessions
from onnx import TensorProto
from tokenizers import Tokenizer

from ktx_runtime.api import KtxError, UsageError
from ktx_runtime.testing.conformance import EmbeddingConformance
from tests.support.model import real_model
from tests.support.nearness import overlap_of_ten_nearest
from tests.support.varied_texts import varied_texts

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


def alike_texts(count: int) -> list[str]:
    """Short texts as data people write them, each with something of its own: many neighbours, near to each other."""
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


@pytest.mark.parametrize("texts", [alike_texts(TEXTS), varied_texts(TEXTS // 4)], ids=["alike", "of all kinds"])
def test_int8_stays_near(exact: OnnxModel, rough: OnnxModel, texts: list[str]) -> None:
    """Sorted by length, as the queue does it: padding takes time. A thousand of all kinds are compared with torch's."""
    ordered = sorted(texts, key=len)
    vectors = [
        np.concatenate([model.embed(ordered[at : at + 16]).vectors for at in range(0, len(texts), 16)])
        for model in (exact, rough)
    ]
    cosines = (vectors[0] * vectors[1]).sum(axis=1)
    assert cosines.min() >= 0.9993
    assert overlap_of_ten_nearest(*vectors) >= 0.98


def test_each_number_goes_to_one_of_the_two_steps_beside_it(directory: Path) -> None:
    weights = read_weights(directory / "model.safetensors")
    sizes = {name: weights[f"{name}.weight"].size for name in matrices(weights)}
    assert len(sizes) == 36
    up = 0
    for name, upwards in roundings(sizes):
        weight = weights[f"{name}.weight"]
        numbers, scales = quantized(weight, upwards)
        assert numbers.shape == weight.shape[::-1]
        assert np.abs(numbers.T * scales[:, None] - weight).max() <= scales.max() * (1 + 1e-5)
        up += int(upwards.sum())
    assert up / sum(sizes.values()) == pytest.approx(0.5, abs=0.01)


def test_a_row_of_zeros_stays_one() -> None:
    weight = np.array([[0, 0], [1, -2]], np.float32)
    numbers, scales = quantized(weight, np.array([0, 0, 0, 1], np.uint8))
    assert numbers.T.tolist() == [[0, 0], [63, -126]]
    assert scales.tolist() == [1, pytest.approx(2 / 127)]


def test_no_term_needs_more_bits_than_every_processor_multiplies(directory: Path) -> None:
    """x86 without VNNI adds two products in sixteen bits: 2 * 127 * 127 fits, and nothing beyond."""
    file = directory / "model.safetensors"
    builder = Int8Builder(*read_header(file), read_weights(file))
    builder.build()
    terms = [f"{place}.{term}" for place in sorted(set(builder.multiplied.values())) for term in ("high", "low")]
    model = Int8Builder(*read_header(file), read_weights(file)).build(more_outputs=terms, kind=TensorProto.UINT8)
    session = Sessions(directory, "int8", graph=model.SerializeToString()).open(threads=1)
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    least, most = 255, 0
    for text in (*varied_texts(100, seed=3), "x", "! " * 100, "\U0001f680" * 50, "a" * 100):
        ids = np.array([tokenizer.encode(text[:2000]).ids[:256]], np.int64)
        _, *found = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        least = min(least, *(int(term.min()) for term in found))
        most = max(most, *(int(term.max()) for term in found))
    assert least >= 1
    assert 100 <= most <= 127


EMULATED = """
import json, sys
from pathlib import Path
from ktx_onnx_embeddings.model import OnnxModel
print(json.dumps(OnnxModel(Path(sys.argv[1]), precision="int8").embed(json.load(sys.stdin)).vectors.tolist()))
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="it is about x86-64 (optional)")
@pytest.mark.skipif(shutil.which("qemu-x86_64") is None, reason="qemu-user is not installed (optional)")
def test_a_processor_without_vnni_computes_the_same(directory: Path, rough: OnnxModel) -> None:
    """With terms of eight bits, components of what one with AVX2 alone computes are up to 4e-3 from these."""
    texts = ["revenue by country", "An order has lines. " * 6, "売上高を国別に"]
    words = ["qemu-x86_64", "-cpu", "Haswell", sys.executable, "-c", EMULATED, directory]
    done = subprocess.run(
        words,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(HERE.parent), str(HERE.parents[2])))},
    )
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(json.loads(done.stdout), rough.embed(texts).vectors, atol=1e-5)


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
    script = HERE.parent / "scripts" / "build_graphs.py"
    subprocess.run([sys.executable, script, directory / "model.safetensors", tmp_path], check=True)
    for name in ("float32.onnx", "int8.onnx"):
        assert (tmp_path / name).read_bytes() == (HERE.parent / "ktx_onnx_embeddings" / "graphs" / name).read_bytes()
