"""A defect of ours leaves a log that can be sent to us as it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ktx_runtime import VERSION
from ktx_runtime.cli.call import Call
from ktx_runtime.cli.unexpected import show_unexpected
from ktx_runtime.install.host import Host
from ktx_runtime.state.paths import RuntimePaths


@pytest.mark.parametrize("where", ["root", "nowhere"])
def test_its_log_is_for_the_user_alone_and_holds_no_password(
    tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    root = tmp_path / "root"
    if where == "nowhere":
        root.write_text("a file where the root should be")
    host = Host(
        environment={}, platform="linux", paths=RuntimePaths(root, VERSION), base_python=Path("p"), prefix=Path("v")
    )
    call = Call(host, io.StringIO(), io.StringIO(), io.StringIO())
    show_unexpected(RuntimeError("postgres://ann:secret@h/db"), call, words=("x://ann:secret@h", "--k=s"), as_json=True)
    (log,) = tmp_path.rglob("*error-*.log")
    assert log.is_relative_to(root) == (where == "root")
    assert log.stat().st_mode & 0o777 == 0o600
    told = call.stdout.getvalue() + call.stderr.getvalue() + log.read_text("utf-8")  # type: ignore[attr-defined]
    assert str(log) in told
    assert "RuntimeError: postgres://***@h/db" in told
    assert "secret" not in told
