"""`ktx embed`, with a server elsewhere that computes: what it reads and writes, and that nothing is computed twice."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from ktx_daemon.command_host import run_command
from ktx_embeddings.embed.command import CHUNK_TEXTS
from ktx_runtime.api import Invocation
from ktx_runtime.registry.collect import own_catalogue
from tests.embeddings.server import DIMENSIONS, Manners, embedding_server, unit
from tests.support.answers import validate_if_answer

PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Desk:
    """A directory to work in, and a server that computes."""

    directory: Path
    manners: Manners
    url: str

    def variables(self, **variables: str) -> dict[str, str]:
        ours = {"KTX_EMBEDDING_BACKEND": "remote", "KTX_EMBEDDING_URL": self.url, "KTX_EMBEDDING_REMOTE_BATCH": "64"}
        return {"PATH": os.environ["PATH"], "HOME": str(self.directory), **ours, **variables}

    def embed(self, *words: str, stdin: str = "", **variables: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        invocation = Invocation(
            ("embed", *words), self.directory, self.variables(**variables), io.StringIO(stdin), out, err
        )
        code = run_command(own_catalogue({}), invocation, logs_directory=self.directory / "logs")
        validate_if_answer(out.getvalue())
        return Done(code, out.getvalue(), err.getvalue())

    def write(self, name: str, content: str | bytes) -> None:
        (self.directory / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def computed(self) -> list[str]:
        """All texts that the server was asked for, its first question aside."""
        return [text for body in self.manners.asked for text in body["input"] if text != "ktx"]

    def left(self) -> set[str]:
        return {path.name for path in self.directory.iterdir()}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    manners = Manners()
    with embedding_server(manners) as url:
        yield Desk(tmp_path, manners, url)


TEXTS = [f"{'word ' * (number % 7)}text {number} ü" for number in range(600)]


def test_words_become_lines_of_json_or_one_object(desk: Desk) -> None:
    done = desk.embed("revenue by country", "two\nlines")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["index"], row["text"]) for row in rows] == [(0, "revenue by country"), (1, "two\nlines")]
    np.testing.assert_allclose(rows[1]["embedding"], unit("two\nlines"), atol=1e-6)
    told = desk.embed("a", "b", "--json").json
    assert (told["command"], told["ok"], told["dimensions"], len(told["embeddings"])) == ("embed", True, DIMENSIONS, 2)


@pytest.mark.parametrize("name", ["json", "npy", "parquet"])
def test_a_file_becomes_a_file_of_each_format(desk: Desk, name: str) -> None:
    desk.write("texts.txt", "\n".join(TEXTS))
    done = desk.embed("--file", "texts.txt", "--output", f"out.{name}", "--json")
    assert done.code == 0, done.err
    assert {key: done.json[key] for key in ("texts", "dimensions", "format")} == {
        "texts": 600,
        "dimensions": DIMENSIONS,
        "format": name,
    }
    expected = np.array([unit(text) for text in TEXTS])
    if name == "npy":
        found = np.load(desk.directory / "out.npy")
    elif name == "json":
        rows = [json.loads(line) for line in (desk.directory / "out.json").read_text().splitlines()]
        assert [row["text"] for row in rows] == TEXTS
        found = np.array([row["embedding"] for row in rows])
    else:
        table = pq.read_table(desk.directory / "out.parquet")
        assert table.column("text").to_pylist() == TEXTS
        found = np.array(table.column("embedding").to_pylist())
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert desk.left() == {"texts.txt", f"out.{name}"}


def test_parquet_without_its_feature_says_how_to_have_it_before_anything_is_computed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ktx_embeddings.embed.formats.find_spec", lambda _: None)
    desk.write("texts.txt", "a\n")
    done = desk.embed("--file", "texts.txt", "--output", "out.parquet")
    assert done.code == 1
    assert "run: ktx runtime install --feature embeddings-parquet" in done.err
    assert desk.computed() == []


def test_json_lines_and_stdin_are_read(desk: Desk) -> None:
    desk.write("texts.jsonl", '{"text": "one"}\n"two"\n')
    assert [json.loads(line)["text"] for line in desk.embed("--file", "texts.jsonl").out.splitlines()] == ["one", "two"]
    done = desk.embed("--file", "-", "--field", "name", stdin='{"name": "drei"}\n{"name": "四"}\n')
    assert [json.loads(line)["text"] for line in done.out.splitlines()] == ["drei", "四"]


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        ("a\n\nb\n", (), "line 2 of t.txt is blank"),
        ("a\n  \n", (), "line 2 of t.txt is blank"),
        (b"a\n\xff\n", (), "line 2 of t.txt is not UTF-8"),
        ('{"text": "a"}\n[]\n', ("--field", "text"), "line 2 of t.txt has no text in text"),
        ('{"text": "a"}\n{"text": 1}\n', ("--field", "text"), "line 2 of t.txt has no text in text"),
        ("a\n", ("--field", "text"), "line 1 of t.txt is not JSON"),
        ("", ("--output", "o.npy"), "there is no text in t.txt"),
    ],
)
def test_a_line_that_is_wrong_is_named(desk: Desk, content: str | bytes, words: tuple[str, ...], said: str) -> None:
    desk.write("t.txt", content)
    done = desk.embed("--file", "t.txt", *words)
    assert done.code == 1
    assert said in done.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("a", "--file", "t.txt"),
        ("a", "--format", "npy"),
        ("--file", "nowhere.txt"),
        ("a", "--output", "there.npy"),
        ("a", "--format", "csv"),
    ],
)
def test_words_that_do_not_fit_are_usage_errors(desk: Desk, words: tuple[str, ...]) -> None:
    desk.write("there.npy", "precious")
    assert desk.embed(*words).code == 2
    assert (desk.directory / "there.npy").read_text() == "precious"


def test_a_line_that_is_wrong_costs_nothing_of_what_stands_before_it(desk: Desk) -> None:
    good = TEXTS[: 2 * CHUNK_TEXTS]
    desk.write("texts.txt", "\n".join([*good, "", "last"]))
    done = desk.embed("--file", "texts.txt", "--output", "out.npy")
    assert done.code == 1
    assert f"{len(good)} texts are kept in out.npy.part" in done.err
    before = len(desk.computed())
    desk.write("texts.txt", "\n".join([*good, "last"]))
    done = desk.embed("--file", "texts.txt", "--output", "out.npy")
    assert done.code == 0, done.err
    assert desk.computed()[before:] == ["last"]
    np.testing.assert_allclose(np.load(desk.directory / "out.npy"), [unit(text) for text in [*good, "last"]], atol=1e-6)


def test_texts_that_changed_are_computed_again(desk: Desk) -> None:
    good = TEXTS[:CHUNK_TEXTS]
    desk.write("texts.txt", "\n".join([*good, ""]) + "\n")
    desk.write("texts.txt", "\n".join([*good, "", "x"]))
    assert desk.embed("--file", "texts.txt", "--output", "out.npy").code == 1
    changed = ["another", *good[1:]]
    desk.write("texts.txt", "\n".join(changed))
    done = desk.embed("--file", "texts.txt", "--output", "out.npy")
    assert "going on" not in done.err
    np.testing.assert_allclose(np.load(desk.directory / "out.npy"), [unit(text) for text in changed], atol=1e-6)


def test_vectors_of_two_models_never_share_a_file(desk: Desk) -> None:
    desk.write("texts.txt", "\n".join([*TEXTS[:CHUNK_TEXTS], "", "x"]))
    assert desk.embed("--file", "texts.txt", "--output", "out.npy").code == 1
    desk.write("texts.txt", "\n".join(TEXTS))
    done = desk.embed("--file", "texts.txt", "--output", "out.npy", KTX_EMBEDDING_REMOTE_MODEL="other")
    assert done.code == 1
    assert "and now other computes" in done.err
    done = desk.embed("--file", "texts.txt", "--output", "out.npy", "--force", KTX_EMBEDDING_REMOTE_MODEL="other")
    assert done.code == 0, done.err


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_is_gone_on_with(desk: Desk, number: signal.Signals) -> None:
    texts = [f"text {index}" for index in range(40 * CHUNK_TEXTS)]
    desk.write("texts.txt", "\n".join(texts))
    desk.manners.pause_seconds = 0.05
    argv = [sys.executable, "-m", "ktx_daemon", "run", "embed", "--file", "texts.txt", "--output", "out.npy"]
    process = subprocess.Popen(
        ["/usr/bin/env", "--default-signal=INT", *argv],
        cwd=desk.directory,
        env=desk.variables(PYTHONPATH=os.pathsep.join(sys.path)),
        stderr=subprocess.PIPE,
        text=True,
    )
    note = desk.directory / "out.npy.part.json"
    deadline = time.monotonic() + PATIENCE
    while not (note.exists() and json.loads(note.read_text())["position"]["texts"] > 0):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode in {130, -number}
    kept = json.loads(note.read_text())["position"]["texts"]
    assert 0 < kept < len(texts)
    desk.manners.pause_seconds = 0
    before = len(desk.computed())
    done = desk.embed("--file", "texts.txt", "--output", "out.npy")
    assert done.code == 0, done.err
    assert f"going on after {kept} texts" in done.err
    assert set(desk.computed()[before:]).isdisjoint(texts[:kept])
    np.testing.assert_allclose(np.load(desk.directory / "out.npy"), [unit(text) for text in texts], atol=1e-6)


def test_memory_does_not_grow_with_the_file(desk: Desk) -> None:
    """Twenty times the texts take about the same memory: judged by the largest number of texts ahead of the writer."""
    many = 30 * CHUNK_TEXTS
    desk.write("texts.txt", "\n".join("x" * 500 for _ in range(many)))
    code = (
        "import resource, sys\nfrom ktx_daemon.__main__ import _run\n"
        "sys.exitcode = _run(sys.argv[1:])\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )

    def kilobytes(file: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", code, "run", "embed", "--file", file, "--output", f"{file}.npy"],
            cwd=desk.directory,
            env=desk.variables(PYTHONPATH=os.pathsep.join(sys.path)),
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        return int(done.stdout.split()[-1])

    desk.write("few.txt", "\n".join("x" * 500 for _ in range(3 * CHUNK_TEXTS)))
    few, all_of_them = kilobytes("few.txt"), kilobytes("texts.txt")
    assert all_of_them - few < 4_000
