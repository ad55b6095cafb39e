"""`ktx sl search` by words and by meaning, with a server elsewhere whose vectors the test lays out."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from ktx_core.sl.fusion import fuse
from ktx_core.sl.meaning import _kept
from ktx_daemon.command_host import run_command
from ktx_runtime.api import Invocation, Mode
from ktx_runtime.registry.collect import own_catalogue
from tests.embeddings import server
from tests.embeddings.server import Manners, embedding_server

SOURCE = """\
name: orders
table: orders
grain: [id]
columns:
  - {name: id, type: number}
  - {name: status, type: string, description: How far it is.}
measures:
  - {name: revenue, expr: sum(amount), description: Money from orders.}
  - {name: order_count, expr: count(*)}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ktx.yaml").write_text("connections:\n  shop: {driver: sqlite, path: shop.db}\n")
    (tmp_path / "semantic-layer" / "shop").mkdir(parents=True)
    (tmp_path / "semantic-layer" / "shop" / "orders.yaml").write_text(SOURCE)
    _kept.cache_clear()
    return tmp_path


def search(project: Path, *words: str, mode: Mode = Mode.DAEMON, **variables: str) -> tuple[dict[str, Any], str]:
    out, err = io.StringIO(), io.StringIO()
    environment = {"PATH": os.environ["PATH"], **variables}
    arguments = ("sl", "search", *words, "--json")
    invocation = Invocation(arguments, project, environment, io.StringIO(), out, err, mode=mode)
    assert run_command(own_catalogue({}), invocation, logs_directory=project / "logs") == 0, err.getvalue()
    return json.loads(out.getvalue()), err.getvalue()


def lay_out(monkeypatch: pytest.MonkeyPatch, *, near: str) -> None:
    """What speaks of `near` lies where the question lies, all else elsewhere."""

    def vector(text: str) -> list[float]:
        return [1.0, 0.1] if near in text or text == "turnover" else [-1.0, 0.2]

    monkeypatch.setattr(server, "vector", vector)


def test_what_means_the_same_is_found_though_no_word_matches(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(monkeypatch, near="revenue")
    without, _ = search(project, "turnover", mode=Mode.ONE_SHOT)
    assert without["hits"] == []
    assert without["ranking"] == {
        "by": ["words"],
        "model": None,
        "reason": "vectors are used in the daemon, and this is none",
    }
    manners = Manners()
    with embedding_server(manners) as url:
        found, _ = search(project, "turnover", KTX_EMBEDDING_BACKEND="remote", KTX_EMBEDDING_URL=url)
        assert [hit["name"] for hit in found["hits"]] == ["orders.revenue"]
        assert found["ranking"]["by"] == ["words", "vectors"]
        asked = len([text for body in manners.asked for text in body["input"]])
        search(project, "turnover", KTX_EMBEDDING_BACKEND="remote", KTX_EMBEDDING_URL=url)
        # Only the question is new.
        assert len([text for body in manners.asked for text in body["input"]]) == asked + 1


def test_words_and_meaning_count_together(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(monkeypatch, near="order count")
    with embedding_server(Manners()) as url:
        found, _ = search(project, "turnover", "revenue", KTX_EMBEDDING_BACKEND="remote", KTX_EMBEDDING_URL=url)
    assert found["hits"][0]["name"] == "orders.revenue"


def test_where_nothing_computes_words_alone_are_used_and_that_is_said(project: Path) -> None:
    found, _ = search(project, "revenue")
    assert [hit["name"] for hit in found["hits"]] == ["orders.revenue"]
    assert found["ranking"]["by"] == ["words"]
    assert "runtime install --feature local-embeddings" in found["ranking"]["reason"]


def test_fusion_puts_in_front_what_both_have_in_front() -> None:
    assert [one for one, _ in fuse([["a", "b", "c"], ["b", "d"]])] == ["b", "a", "d", "c"]
    assert fuse([]) == []
