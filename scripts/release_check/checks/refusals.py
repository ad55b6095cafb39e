"""Where it must not go on, it says why and what to do."""

from __future__ import annotations

import shlex

from scripts.release_check.bench import Bench
from scripts.release_check.check import require

QUERY = ("sl", "list")


def no_uv(bench: Bench) -> str:
    """No uv on PATH, and fetching it forbidden: one error that says how to go on, and nothing is made."""
    machine = bench.machine("forbidden").having(KTX_UV_BOOTSTRAP="never")
    machine.add_package(bench.tarball)
    done = machine.ktx(*QUERY, "--yes", exit_code=1)
    lines = done.stderr.strip().splitlines()
    require(len(lines) == 2, f"more than an error and a hint: {done.stderr}")
    require("ktx needs uv" in lines[0] and "KTX_UV_BOOTSTRAP=never" in lines[0], f"the error says {lines[0]}")
    require("install uv (" in lines[1], f"the hint does not say how to install uv: {lines[1]}")
    require(lines[1].endswith("ktx sl list --yes"), f"the hint does not end with the command to retry: {lines[1]}")
    require(not machine.root.exists(), f"something was made at {machine.root}")
    return lines[0].removeprefix("error: ")


def no_input(bench: Bench) -> str:
    """Exit 4 with the exact command that prepares it; and that command does."""
    machine = bench.equipped("no-input")
    refused = machine.ktx(*QUERY, "--no-input", exit_code=4)
    require(refused.stdout == "", "something is on stdout")
    require(not machine.root.exists(), f"something was made at {machine.root}")
    command = refused.last_line.partition("run: ")[2]
    words = shlex.split(command)
    require(words[:2] == ["npx", "ktx"], f"the last line names no command of this project's ktx: {refused.last_line}")
    machine.run(*words)
    after = machine.ktx(*QUERY, "--no-input", exit_code=1)
    require("ktx.yaml" in after.stderr, f"after {command} the command says: {after.stderr}")
    return f"exit 4; then: {command}"
