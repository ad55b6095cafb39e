"""What uv is told of torch: the build for the CPU, unless the user has said which one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ktx_runtime.install.uv import PackageSource, Uv, UvProgram


def words_of(tmp_path: Path, source: PackageSource | None = None, **variables: str) -> list[str]:
    """What a program in uv's place is called with for an install that is resolved."""
    recorder = tmp_path / "uv"
    recorder.write_text('#!/bin/sh\nfor word in "$@"; do echo "word:$word"; done\n')
    recorder.chmod(0o755)
    program = UvProgram(recorder, (0, 13, 9), "test")
    uv = Uv(program, {"PATH": "/usr/bin:/bin", **variables}, tmp_path, source or PackageSource())
    said: list[str] = []
    done = uv.install_resolved(
        ["torch"], constraints=tmp_path / "pins.txt", python=Path(sys.executable), on_line=said.append
    )
    assert done.succeeded
    return [line.removeprefix("word:") for line in said if line.startswith("word:")]


def test_torch_is_for_the_cpu(tmp_path: Path) -> None:
    words = words_of(tmp_path)
    assert words[words.index("--torch-backend") + 1] == "cpu"


def test_a_place_beside_the_index_is_no_choice_of_a_torch(tmp_path: Path) -> None:
    """A folder of wheels and no more used to let in the newest build for CUDA: 5.8 GB where 1 GB was agreed to."""
    assert "--torch-backend" in words_of(tmp_path, PIP_FIND_LINKS=str(tmp_path))
    assert "--torch-backend" in words_of(tmp_path, UV_FIND_LINKS=str(tmp_path))


@pytest.mark.parametrize("variables", [{"UV_TORCH_BACKEND": "cu130"}, {"UV_NO_INDEX": "1"}, {"UV_CONSTRAINT": "c.txt"}])
def test_who_says_which_torch_gets_it(tmp_path: Path, variables: dict[str, str]) -> None:
    assert "--torch-backend" not in words_of(tmp_path, **variables)


def test_a_wheelhouse_says_which_torch(tmp_path: Path) -> None:
    assert "--torch-backend" not in words_of(tmp_path, PackageSource(wheelhouse=tmp_path))


def test_the_users_constraints_count_beside_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option takes the place of the variable: uv used to be told of our pins only."""
    monkeypatch.chdir(tmp_path)
    words = words_of(tmp_path, UV_CONSTRAINT="one.txt /two.txt")
    given = [words[at + 1] for at, word in enumerate(words) if word == "--constraints"]
    assert given == [str(tmp_path / "pins.txt"), str(tmp_path / "one.txt"), "/two.txt"]
