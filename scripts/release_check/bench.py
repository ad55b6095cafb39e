"""What the checks work with: the tarball, machines, and what several of them need made only once."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scripts.release_check.check import CheckFailed
from scripts.release_check.machine import IS_WINDOWS, Machine, base_python, make_machine, make_tools
from scripts.release_check.transcript import Transcript

MEMBER = "package/assets/runtime.json"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked. `previous` makes a tarball of an older version, for the checks that take two."""

    tarball: Path
    previous: Callable[[], Path]
    with_embeddings: bool = False
    uv: Path | None = None
    """For the checks that are not about fetching it; fetched where there is none."""


class Bench:
    """Everything lies below `directory`; `close` ends what still runs."""

    def __init__(self, subject: Subject, directory: Path) -> None:
        self.subject = subject
        self.directory = directory
        self.transcript = Transcript()
        self._machines: list[Machine] = []

    @property
    def tarball(self) -> Path:
        return self.subject.tarball

    def machine(self, name: str) -> Machine:
        """A new, empty one, whose place needs care with quoting and encoding."""
        place = self.directory / f"{name} of a user's plâce"
        machine = make_machine(place, tools=self._tools, transcript=self.transcript)
        # Packages are fetched by whoever comes first, and found by the others.
        machine = machine.having(UV_CACHE_DIR=os.environ.get("UV_CACHE_DIR") or str(self.directory / "uv-cache"))
        self._machines.append(machine)
        return machine

    def equipped(self, name: str) -> Machine:
        """A new one with the package installed and a uv to use."""
        machine = self.machine(name).having(KTX_UV=str(self._uv))
        machine.add_package(self.tarball)
        return machine

    @cached_property
    def runtime(self) -> dict[str, Any]:
        """What the package says of its Python side: `assets/runtime.json`."""
        return described(self.tarball)

    @cached_property
    def previous(self) -> Path:
        """The tarball of an older version."""
        self.transcript.say("an older version")
        return self.subject.previous()

    @cached_property
    def prepared(self) -> Machine:
        """A machine whose first command was `npx … setup demo --yes`, with the package in a project of the user's."""
        machine = self.machine("first")
        machine.npx(self.tarball, "setup", "demo", "--yes")
        machine.add_package(self.tarball)
        return machine

    def close(self) -> None:
        """End the daemons that a failed check may have left."""
        for machine in self._machines:
            if Path(machine.command_file).exists() and machine.root.is_dir():
                machine.ktx("runtime", "stop", "--all", exit_code=None)

    @cached_property
    def _tools(self) -> str:
        return make_tools(self.directory / "tools")

    @cached_property
    def _uv(self) -> Path:
        """The pinned uv, for the checks that are not about fetching it."""
        if self.subject.uv:
            return self.subject.uv
        target = self.directory / "uv"
        requirement = f"uv=={self.runtime['uv']['version']}"
        pip = [base_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        argv = [*pip, "--target", str(target), requirement]
        done = subprocess.run(argv, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise CheckFailed(f"uv cannot be fetched: {done.stderr.strip()[-300:]}")
        return target / "bin" / ("uv.exe" if IS_WINDOWS else "uv")


def described(tarball: Path) -> dict[str, Any]:
    """`runtime.json` of a packed package."""
    with tarfile.open(tarball) as archive:
        member = archive.extractfile(MEMBER)
        if member is None:
            raise CheckFailed(f"the package has no {MEMBER}")
        runtime: dict[str, Any] = json.load(member)
        return runtime
