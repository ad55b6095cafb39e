"""Embeddings asked of a runtime that has `core` alone: refused, with the command that installs what computes."""

from __future__ import annotations

from ktx_runtime.daemon.record import read_daemon_record
from tests.daemon.client import Client
from tests.npm.conftest import equipped, launcher, package, tarball, unpacked  # noqa: F401 - fixtures
from tests.npm.package import Launcher


def test_a_daemon_without_embeddings_says_how_to_have_them(equipped: Launcher) -> None:  # noqa: F811
    started = equipped.run("runtime", "start", "--yes")
    assert started.exit_code == 0, started.stderr
    try:
        (file,) = equipped.root.glob("*/daemon.json")
        record = read_daemon_record(file)
        assert record is not None
        for path, body in (
            ("/embeddings/compute", {"text": "a"}),
            ("/embeddings/compute-bulk", {"texts": ["a"]}),
            ("/v1/embeddings", {"input": "a"}),
        ):
            reply = Client(record).ask(path, body)
            assert reply.status == 501, reply.body
            hint = reply.body["error"]["hint"]
            assert hint.startswith("run: ")
            assert hint.endswith("runtime install --feature local-embeddings")
        said = equipped.run("embed", "a", "--no-input")
        assert said.exit_code == 4
        assert said.stderr.rstrip().endswith("--feature local-embeddings --yes")
    finally:
        equipped.run("runtime", "stop")
