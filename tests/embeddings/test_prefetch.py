"""Files of a model, fetched from hubs that behave and hubs that do not, by the process that an install runs."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ktx_runtime.api import Prefetch, PrefetchedFile
from ktx_runtime.prefetch.fetch import CHUNK_BYTES
from tests.embeddings.hub import Hub, model_hub

WEIGHTS = 1_000_003
NAMES = ("config.json", "1_Pooling/config.json", "model.safetensors")


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    reason: str | None
    progress: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Place:
    """A hub, a folder for models, and what is declared of them."""

    hub: Hub
    models: Path
    prefetch: Prefetch
    home: Path

    @property
    def target(self) -> Path:
        return self.models / self.prefetch.name

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "ktx_runtime.prefetch", str(self.models), self.prefetch.model_dump_json(), *words]

    def environment(self, **variables: str) -> dict[str, str]:
        ours = {"HF_ENDPOINT": self.hub.url, "HOME": str(self.home), "HF_HUB_DOWNLOAD_TIMEOUT": "1"}
        return {"PATH": os.environ["PATH"], **ours, **variables}

    def fetch(self, *words: str, **variables: str) -> Done:
        done = subprocess.run(
            self.argv(*words),
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        records: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
        assert records, done.stderr
        told = [(record["done"], record["of"]) for record in records if "done" in record]
        return Done(done.returncode, records[-1]["reason"], told)

    def files(self) -> set[str]:
        if not self.target.is_dir():
            return set()
        return {str(path.relative_to(self.target)) for path in self.target.rglob("*") if path.is_file()}

    def is_right(self) -> bool:
        return self.files() == set(NAMES) and all(
            (self.target / name).read_bytes() == (self.hub.directory / name).read_bytes() for name in NAMES
        )

    def sent(self, name: str = "model.safetensors") -> list[tuple[int, int]]:
        return [(begin, count) for path, begin, count in self.hub.served if path == name]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    directory = tmp_path / "hub"
    (directory / "1_Pooling").mkdir(parents=True)
    contents = {"config.json": b"{}", "1_Pooling/config.json": b'{"a": 1}'}
    contents["model.safetensors"] = random.Random(1).randbytes(WEIGHTS)  # noqa: S311 - not for secrets
    for name, content in contents.items():
        (directory / name).write_bytes(content)
    prefetch = Prefetch(
        name="small",
        repository="makers/small",
        path_variable="SMALL_PATH",
        files=tuple(
            PrefetchedFile(path=name, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
            for name, content in contents.items()
        ),
    )
    with model_hub(Hub(directory)) as hub:
        yield Place(hub, tmp_path / "models", prefetch, tmp_path / "home")


def test_all_files_come_and_the_second_time_nothing_is_asked_for(place: Place) -> None:
    done = place.fetch()
    assert (done.code, done.reason) == (0, None)
    assert done.progress[-1] == (WEIGHTS + 10, WEIGHTS + 10)
    assert place.is_right()
    place.hub.served.clear()
    assert place.fetch().code == 0
    assert place.hub.served == []


@pytest.mark.parametrize("at", [0, 1, 65_536, WEIGHTS // 2, WEIGHTS - 1])
def test_a_hub_that_breaks_off_anywhere_is_gone_on_with(place: Place, at: int) -> None:
    place.hub.cut_after = [at]
    assert place.fetch().reason is None
    assert place.is_right()
    # At most one piece was sent twice.
    assert sum(count for _, count in place.sent()) < WEIGHTS + CHUNK_BYTES


def test_an_attempt_that_was_killed_is_gone_on_with_by_the_next(place: Place) -> None:
    place.hub.cut_after = [300_000]
    place.hub.hangs = False
    process = subprocess.Popen(place.argv(), env=place.environment(), stdout=subprocess.PIPE)
    part = place.target / "model.safetensors.part"
    deadline = time.monotonic() + 60
    while not (part.is_file() and part.stat().st_size > 0) and process.poll() is None:
        assert time.monotonic() < deadline
    process.kill()
    process.communicate()
    assert not (place.target / "model.safetensors").exists() or place.is_right()
    kept = part.stat().st_size if part.exists() else 0
    place.hub.served.clear()
    assert place.fetch().reason is None
    assert place.is_right()
    if kept:
        assert place.sent()[0][0] == kept


def test_a_hub_that_is_not_there_is_told_with_its_address(place: Place) -> None:
    done = place.fetch(HF_ENDPOINT="http://127.0.0.1:9")
    assert done.code == 1
    assert done.reason is not None
    assert done.reason.startswith("config.json of makers/small cannot be fetched from http://127.0.0.1:9: ")


def test_a_hub_that_hangs_at_zero_bytes_is_given_up(place: Place) -> None:
    place.hub.hangs = True
    started = time.monotonic()
    done = place.fetch()
    place.hub.over.set()
    assert done.code == 1
    assert "model.safetensors of makers/small cannot be fetched" in str(done.reason)
    assert time.monotonic() - started < 60
    assert "model.safetensors" not in place.files()


def test_a_file_of_another_hash_is_never_kept(place: Place) -> None:
    place.hub.spoil = True
    done = place.fetch()
    assert done.code == 1
    assert done.reason == "model.safetensors of makers/small is not the file that was pinned: its sha256 differs"
    assert place.files() == {"config.json", "1_Pooling/config.json"}
    place.hub.spoil = False
    assert place.fetch().reason is None
    assert place.is_right()


@pytest.mark.parametrize("begun", [b"wrong bytes", b"x" * WEIGHTS, b"x" * (WEIGHTS + 5)])
def test_a_beginning_that_is_not_the_files_is_thrown_away(place: Place, begun: bytes) -> None:
    place.target.mkdir(parents=True)
    (place.target / "model.safetensors.part").write_bytes(begun)
    assert place.fetch().reason is None
    assert place.is_right()


def test_a_hub_that_knows_no_ranges_sends_everything_again(place: Place) -> None:
    place.target.mkdir(parents=True)
    (place.target / "model.safetensors.part").write_bytes(
        (place.hub.directory / "model.safetensors").read_bytes()[:999]
    )
    place.hub.ignores_ranges = True
    assert place.fetch().reason is None
    assert place.is_right()


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_hub_that_refuses_is_told(place: Place, status: int) -> None:
    place.hub.status = status
    done = place.fetch()
    assert done.code == 1
    assert str(status) in str(done.reason)
    assert "model.safetensors" not in place.files()


def test_a_file_that_was_damaged_later_is_fetched_again(place: Place) -> None:
    place.fetch()
    weights = place.target / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    assert place.fetch().reason is None
    assert place.is_right()


def test_offline_says_what_is_missing_and_asks_nobody(place: Place) -> None:
    for done in (place.fetch("--offline"), place.fetch(HF_HUB_OFFLINE="1")):
        assert done.code == 1
        assert str(done.reason).startswith("config.json of makers/small is not on this machine, and ")
    assert place.hub.served == []


def test_a_bundle_is_enough(place: Place, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    (bundle / "models").mkdir(parents=True)
    (bundle / "models" / "small").symlink_to(place.hub.directory)
    assert place.fetch("--wheelhouse", str(bundle)).reason is None
    assert place.is_right()
    assert place.hub.served == []


def test_what_the_hubs_own_cache_has_is_taken_from_there(place: Place, tmp_path: Path) -> None:
    commit = "a" * 40
    repository = tmp_path / "hf" / "hub" / "models--makers--small"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / commit).symlink_to(place.hub.directory)
    assert place.fetch(HF_HOME=str(tmp_path / "hf"), HF_HUB_OFFLINE="1").reason is None
    assert place.is_right()


def test_a_directory_of_the_users_own_is_taken_as_it_is(place: Place, tmp_path: Path) -> None:
    assert place.fetch(SMALL_PATH=str(place.hub.directory)).reason is None
    assert place.hub.served == []
    assert not place.target.exists()
    done = place.fetch(SMALL_PATH=str(tmp_path / "nowhere"))
    assert done.reason == f"SMALL_PATH names no directory: {tmp_path / 'nowhere'}"


def test_a_full_disk_is_told_as_such(place: Place) -> None:
    # A limit on the size of files stands in for the disk: the same write fails.
    command = ["bash", "-c", 'ulimit -f 200; exec "$@"', "bash", *place.argv()]
    done = subprocess.run(command, env=place.environment(), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert not (place.target / "model.safetensors").exists()
    assert place.fetch().reason is None
    assert place.is_right()
