"""From an empty machine, the packed npm package and this folder to an answer of the operation."""

from __future__ import annotations

import json

import pytest

from tests.npm.conftest import equipped, launcher, package, tarball, unpacked
from tests.npm.package import CHECKOUT, Launcher

__all__ = ["equipped", "launcher", "package", "tarball", "unpacked"]


@pytest.mark.runtime
@pytest.mark.npm
@pytest.mark.deep
def test_a_stranger_adds_the_plugin_and_has_a_project_parsed(equipped: Launcher) -> None:
    added = equipped.run("runtime", "plugins", "add", str(CHECKOUT / "plugins" / "ktx-lookml"), "--yes")
    assert added.exit_code == 0, added.stderr
    view = "view: orders { dimension: id { primary_key: yes type: number } measure: orders { type: count } }"
    request = {"files": [{"path": "orders.view.lkml", "content": view}], "dialect": "duckdb"}
    done = equipped.run("call", "lookml-parse", stdin=json.dumps(request))
    assert done.exit_code == 0, done.stderr
    (answer,) = json.loads(done.stdout)["views"]
    assert answer["measures"] == [{"name": "orders", "expr": "COUNT(*)", "filter": None, "description": None}]
