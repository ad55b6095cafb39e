"""Which precision and which device are taken; what torch makes of them is in `test_local`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ktx_local_embeddings.device import device_name
from ktx_local_embeddings.precision import (
    FINDING_FILE,
    Finding,
    Precision,
    keep_finding,
    read_finding,
    wanted_precision,
)
from ktx_runtime.api import UsageError

NEAR_AND_FAST = Finding(cosine=0.99995, gain=2.5)


def test_bfloat16_is_taken_by_itself_where_it_is_near_enough_and_faster() -> None:
    assert wanted_precision({}) is Precision.AUTO
    assert NEAR_AND_FAST.against(Precision.AUTO) is None


@pytest.mark.parametrize("wanted", [Precision.AUTO, Precision.BFLOAT16])
@pytest.mark.parametrize("cosine", [0.9998, float("nan")])
def test_what_strays_is_never_taken(wanted: Precision, cosine: float) -> None:
    assert "strays too far" in str(Finding(cosine=cosine, gain=9.0).against(wanted))


def test_a_processor_that_takes_longer_with_it_is_left_in_peace_unless_it_is_asked_for() -> None:
    """Those with the instructions and no tiles take one and a half times as long."""
    slower = Finding(cosine=0.99995, gain=0.7)
    assert slower.against(Precision.AUTO) == "bfloat16 is 0.7 times as fast here"
    assert slower.against(Precision.BFLOAT16) is None


def test_a_precision_that_is_none_is_refused() -> None:
    assert wanted_precision({"KTX_EMBEDDING_PRECISION": " BFloat16 "}) is Precision.BFLOAT16
    with pytest.raises(UsageError, match="names no precision: bflaot16") as caught:
        wanted_precision({"KTX_EMBEDDING_PRECISION": "bflaot16"})
    assert "did you mean bfloat16" in str(caught.value.hint)


def test_a_finding_holds_for_the_same_model_torch_and_processor_only(tmp_path: Path) -> None:
    assert read_finding(tmp_path, "this one") is None
    keep_finding(tmp_path, "this one", NEAR_AND_FAST)
    assert read_finding(tmp_path, "this one") == NEAR_AND_FAST
    assert read_finding(tmp_path, "another") is None
    assert [path.name for path in tmp_path.iterdir()] == [FINDING_FILE]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"schemaVersion": 2, "key": "k"}', '{"schemaVersion": 1, "key": "k"}']
)
def test_a_finding_that_cannot_be_read_is_found_out_again(tmp_path: Path, content: str) -> None:
    (tmp_path / FINDING_FILE).write_text(content)
    assert read_finding(tmp_path, "k") is None


def test_a_directory_that_cannot_be_written_costs_a_finding_and_nothing_else(tmp_path: Path) -> None:
    keep_finding(tmp_path / "nowhere", "k", NEAR_AND_FAST)
    (tmp_path / FINDING_FILE).mkdir()
    keep_finding(tmp_path, "k", NEAR_AND_FAST)
    assert [path.name for path in tmp_path.iterdir()] == [FINDING_FILE]


def test_what_is_kept_is_plain_json(tmp_path: Path) -> None:
    keep_finding(tmp_path, "k", NEAR_AND_FAST)
    kept = json.loads((tmp_path / FINDING_FILE).read_text())
    assert kept == {"schemaVersion": 1, "key": "k", "cosine": 0.99995, "gain": 2.5}


@pytest.mark.parametrize(
    ("named", "there", "taken"),
    [
        (None, "cuda mps", "cuda"),
        (None, "cuda", "cuda"),
        (None, "mps", "mps"),
        (None, "", "cpu"),
        ("auto", "mps", "mps"),
        (" CPU ", "cuda mps", "cpu"),
        ("cuda:1", "cuda", "cuda:1"),
        ("mps", "", "mps"),
        ("", "cuda", "cuda"),
    ],
)
def test_what_accelerates_is_found_and_what_is_named_is_taken(named: str | None, there: str, taken: str) -> None:
    assert device_name(named, cuda="cuda" in there, mps="mps" in there) == taken


@pytest.mark.parametrize(
    ("given", "left"),
    [({}, "60000 None"), ({"OMP_WAIT_POLICY": "ACTIVE"}, "None ACTIVE"), ({"GOMP_SPINCOUNT": "7"}, "7 None")],
    ids=["nothing said", "a policy", "a count"],
)
def test_threads_spin_shortly_unless_the_user_says_how_they_wait(given: dict[str, str], left: str) -> None:
    """It stands in the process's environment before torch would be imported, where OpenMP reads it."""
    program = (
        "import os; from ktx_local_embeddings.backend import _spin_shortly; _spin_shortly()\n"
        "print(os.environ.get('GOMP_SPINCOUNT'), os.environ.get('OMP_WAIT_POLICY'))"
    )
    done = subprocess.run([sys.executable, "-c", program], env=given, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == left
