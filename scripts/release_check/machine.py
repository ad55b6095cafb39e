"""An empty machine: a home, a working directory, caches of npm, a PATH with node and Python and no uv."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scripts.release_check.check import CheckFailed
from scripts.release_check.transcript import Transcript

IS_WINDOWS = os.name == "nt"
SECONDS = 300
"""For one command."""

# How this machine reaches its package index and its hub of models, and what a program needs to run at all.
_KEPT_PREFIXES = ("PIP_", "UV_", "HF_", "SSL_", "LANG", "LC_")
_KEPT = {
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "TMPDIR", "NUMBER_OF_PROCESSORS"),
    *("PROCESSOR_ARCHITECTURE", "PROGRAMFILES", "PROGRAMDATA"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str

    def json(self) -> dict[str, Any]:
        try:
            answer = json.loads(self.stdout)
        except ValueError:
            raise CheckFailed(f"no JSON on stdout: {self.stdout[:200]!r}") from None
        if not isinstance(answer, dict):
            raise CheckFailed(f"no object on stdout: {self.stdout[:200]!r}")
        return answer

    @property
    def last_line(self) -> str:
        """Of stderr, where the next step stands."""
        return (self.stderr.strip().splitlines() or [""])[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """`tools` is where node, npm, npx and Python are, and nothing else that matters."""

    place: Path
    tools: str
    transcript: Transcript
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.place / "home"

    @property
    def work(self) -> Path:
        """Where commands run."""
        return self.place / "work"

    @property
    def root(self) -> Path:
        """Where its runtimes lie: told to ktx, so that every machine has one of its own on every system."""
        return self.place / "runtime root"

    def having(self, **variables: str) -> Machine:
        """The same with more variables."""
        return replace(self, variables={**self.variables, **variables})

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name.upper() in _KEPT or name.upper().startswith(_KEPT_PREFIXES)
        }
        ours = {
            "PATH": self.tools,
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "APPDATA": str(self.home / "AppData" / "Roaming"),
            "LOCALAPPDATA": str(self.home / "AppData" / "Local"),
            "KTX_RUNTIME_ROOT": str(self.root),
            "npm_config_cache": str(self.place / "npm-cache"),
            "npm_config_prefix": str(self.place / "npm-global"),
            "npm_config_update_notifier": "false",
            "npm_config_audit": "false",
            "npm_config_fund": "false",
        }
        return kept | ours | dict(self.variables)

    def run(self, *words: str, exit_code: int | None = 0, stdin: str = "") -> Done:
        """Run a program from PATH, or a file. Fails unless it ends with `exit_code`; None takes any."""
        argv = [self._program(words[0]), *words[1:]]
        self.transcript.command(words)
        try:
            done = subprocess.run(
                argv,
                env=self.environment(),
                cwd=self.work,
                input=stdin.encode(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CheckFailed(f"{words[0]} did not end within {SECONDS} seconds") from None
        return self._ended(words, done.returncode, done.stdout, done.stderr, exit_code)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a program in a group of its own, and do not wait."""
        self.transcript.command((*words, "&"))
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        return subprocess.Popen(
            [self._program(words[0]), *words[1:]],
            env=self.environment(),
            cwd=self.work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=not IS_WINDOWS,
            creationflags=flags,
        )

    def wait(self, process: subprocess.Popen[bytes], *, exit_code: int | None = 0) -> Done:
        """Wait for what was started."""
        try:
            stdout, stderr = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise CheckFailed(f"process {process.pid} did not end within {SECONDS} seconds") from None
        return self._ended((f"process {process.pid}",), process.returncode, stdout, stderr, exit_code)

    def add_package(self, tarball: Path) -> None:
        """`npm install` in the working directory, as a project would. Without a network: it needs nothing else."""
        (self.work / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        self.run("npm", "install", "--offline", "--ignore-scripts", str(tarball))

    def ktx(self, *words: str, exit_code: int | None = 0, stdin: str = "") -> Done:
        """The command of the package in the working directory, by the file that npm made for it."""
        return self.run(self.command_file, *words, exit_code=exit_code, stdin=stdin)

    @property
    def command_file(self) -> str:
        return str(self.work / "node_modules" / ".bin" / ("ktx.cmd" if IS_WINDOWS else "ktx"))

    def npx(self, tarball: Path, *words: str, exit_code: int | None = 0) -> Done:
        """`npx` of the packed package, without a network for npm."""
        return self.run("npx", "--yes", "--offline", "--package", str(tarball), "ktx", *words, exit_code=exit_code)

    def _program(self, name: str) -> str:
        found = shutil.which(name, path=self.tools)
        if found is None:
            raise CheckFailed(f"there is no {name} on this machine")
        return found

    def _ended(self, words: tuple[str, ...], returned: int, stdout: bytes, stderr: bytes, expected: int | None) -> Done:
        done = Done(returned, _text(stdout), _text(stderr))
        self.transcript.ended(returned, done.stdout, done.stderr)
        if expected not in {None, returned}:
            shown = " ".join(Path(words[0]).name if word == words[0] else word for word in words)
            said = done.last_line or (done.stdout.strip().splitlines() or ["nothing"])[-1]
            raise CheckFailed(f"exit code {returned}, not {expected}: {shown}: {said}")
        return done


def make_machine(place: Path, *, tools: str, transcript: Transcript) -> Machine:
    """Make an empty one at `place`."""
    machine = Machine(place=place, tools=tools, transcript=transcript)
    for directory in (machine.home, machine.work):
        directory.mkdir(parents=True)
    return machine


def base_python() -> str:
    """The interpreter that runs this; of a virtual environment, the one behind it."""
    return getattr(sys, "_base_executable", None) or sys.executable


def make_tools(directory: Path) -> str:
    """A PATH with node, npm, npx and the Python that runs this, and without uv."""
    base = base_python()
    node = shutil.which("node")
    if node is None:
        raise SystemExit("node is not on PATH: install node 20 or newer")
    if IS_WINDOWS:  # links take a privilege there
        folders = [Path(node).parent, Path(base).parent, Path(os.environ["SYSTEMROOT"], "System32")]
    else:
        directory.mkdir(parents=True)
        (directory / "python3").symlink_to(base)
        for name in ("node", "npm", "npx"):
            (directory / name).symlink_to(Path(os.path.realpath(node)).parent / name)
        folders = [directory, Path("/usr/bin"), Path("/bin")]
    path = os.pathsep.join(map(str, folders))
    if uv := shutil.which("uv", path=path):
        raise SystemExit(f"a machine without uv cannot be made: {uv} lies beside what it needs")
    return path


def _text(output: bytes) -> str:
    return output.decode("utf-8", errors="replace").replace("\r\n", "\n")
