"""Suggested commands begin with what brings the user back here, however they came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ktx_runtime.install.program import Start, program_of

LINUX = Start(
    environment={},
    platform="linux",
    interpreter_words=("/home/ann/my env/bin/python", "/home/ann/my env/bin/ktx", "sl"),
    script="/home/ann/my env/bin/ktx",
    prefix="/home/ann/my env",
    on_path=lambda: None,
    origin=lambda: None,
)
WINDOWS = replace(
    LINUX,
    platform="win32",
    interpreter_words=(r"C:\my env\Scripts\python.exe", r"C:\my env\Scripts\ktx.exe"),
    script=r"C:\my env\Scripts\ktx",
    prefix=r"C:\my env",
)
CACHED = "/home/ann/.cache/uv/archive-v0/gAZY"


def from_uv(**changes: object) -> Start:
    """A call through `uvx`, which puts the environment's programs on PATH."""
    script = f"{CACHED}/bin/ktx"
    return replace(LINUX, script=script, prefix=CACHED, on_path=lambda: script, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "program"),
    [
        (replace(LINUX, environment={"KTX_PROGRAM": "npx @kaelio/ktx"}), "npx @kaelio/ktx"),
        (replace(LINUX, on_path=lambda: "/home/ann/my env/bin/ktx"), "ktx"),
        (LINUX, "'/home/ann/my env/bin/ktx'"),
        (replace(LINUX, on_path=lambda: "/usr/bin/ktx"), "'/home/ann/my env/bin/ktx'"),
        (replace(LINUX, script="env/bin/ktx"), "env/bin/ktx"),
        (replace(LINUX, script="/usr/bin/pytest"), "ktx"),
        (replace(LINUX, interpreter_words=("python", "-I", "-m", "ktx_runtime", "sl")), "python -I -m ktx_runtime"),
        (
            replace(LINUX, interpreter_words=("my env/bin/python", "-m", "ktx_runtime")),
            "'my env/bin/python' -m ktx_runtime",
        ),
        (from_uv(), "uvx --from kaelio-ktx ktx"),
        (from_uv(origin=lambda: "file:///w/a%20b/ktx.whl"), "uvx --from '/w/a b/ktx.whl' ktx"),
        (
            from_uv(origin=lambda: "file:///w/ktx.whl", environment={"UV_RUN_RECURSION_DEPTH": "1"}),
            "uv run --with /w/ktx.whl ktx",
        ),
        (replace(LINUX, environment={"UV_RUN_RECURSION_DEPTH": "1"}), "uv run ktx"),
        (replace(WINDOWS, on_path=lambda: r"c:\MY ENV\scripts\KTX.EXE"), "ktx"),
        (WINDOWS, r'"C:\my env\Scripts\ktx"'),
        (
            replace(
                WINDOWS,
                prefix=r"C:\Users\ann\AppData\Local\uv\cache\archive-v0\gAZY",
                origin=lambda: "file:///C:/w/a%20b/ktx.whl",
            ),
            'uvx --from "C:/w/a b/ktx.whl" ktx',
        ),
    ],
)
def test_the_program_is_one_that_runs_when_it_is_pasted(start: Start, program: str) -> None:
    assert program_of(start) == program
