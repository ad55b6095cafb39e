"""The machine and the call, as every step of an install sees them: passed in, never looked up."""

from __future__ import annotations

import os
import platform
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.api.errors import KtxError
from ktx_runtime.install.program import PROGRAM_VARIABLE, this_program
from ktx_runtime.state.paths import ROOT_VARIABLE, RuntimePaths, runtime_root

BASE_PYTHON_VARIABLE = "KTX_BASE_PYTHON"
_FOREIGN = re.compile(r"PYTHON.*|VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|__PYVENV_LAUNCHER__")


@dataclass(frozen=True, slots=True)
class Host:
    """Where we are: `environment` as the user has it, `platform` as `sys.platform` says it.

    `base_python` is the interpreter that environments are built from; `prefix` the environment that runs us;
    `program` what the user types to get here, for suggested commands.
    """

    environment: Mapping[str, str]
    platform: str
    paths: RuntimePaths
    base_python: Path
    prefix: Path
    program: str = "ktx"

    def command(self, *words: str) -> str:
        """A command to suggest, ready to be typed: `ktx runtime install --yes`."""
        return " ".join((self.program, *(_quoted(word, self.platform) for word in words)))

    def clean_environment(self) -> dict[str, str]:
        """The environment for Python processes of ours."""
        return without_foreign_environments(self.environment)


def _quoted(word: str, platform: str) -> str:
    # Suggestions also hold what the reader fills in: <command>.
    if re.fullmatch(r"<[a-z ]+>|\[[a-z]+\]", word):
        return word
    if platform != "win32":
        return shlex.quote(word)
    if re.fullmatch(r"[\w@%+=:,./\\-]+", word):
        return word
    # cmd and PowerShell understand double quotes, and a doubled one inside. The launcher does it alike.
    return '"' + word.replace('"', '""') + '"'


def without_foreign_environments(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` without what would make Python or uv work on another environment than ours."""
    return {name: value for name, value in environment.items() if not _FOREIGN.fullmatch(name)}


def this_machine() -> str:
    """The processor: `x86_64`, `aarch64`, … in lower case, under one name each."""
    name = platform.machine().lower()
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(name, name)


def this_host(environment: Mapping[str, str], *, cli_version: str) -> Host:
    """The host that this process runs on. Its environment says what the user typed, for the processes below."""
    program = this_program(environment)
    return Host(
        environment={**environment, PROGRAM_VARIABLE: program},
        platform=sys.platform,
        paths=runtime_paths(environment, cli_version=cli_version),
        base_python=_base_python(environment),
        prefix=Path(sys.prefix),
        program=program,
    )


def runtime_paths(environment: Mapping[str, str], *, cli_version: str) -> RuntimePaths:
    """The files of the runtime of `cli_version`, for the user that `environment` describes.

    Raises `KtxError` with code `no-home` where neither the environment nor the system knows of a place for them.
    """
    home = _home(environment)
    if home is None and not environment.get(ROOT_VARIABLE):
        raise KtxError(
            "there is no home directory to keep the runtime in",
            code="no-home",
            hint=f"set HOME, or {ROOT_VARIABLE} to a directory of your own",
        )
    root = runtime_root(environment, platform=sys.platform, home=home or Path("/"))
    return RuntimePaths(root.path, cli_version)


def _home(environment: Mapping[str, str]) -> Path | None:
    """The home directory, as the environment names it or else the system. An empty or a relative HOME names none."""
    named = Path(environment.get("HOME", ""))
    if named.is_absolute():
        return named
    if sys.platform == "win32":
        return Path.home()
    import pwd  # noqa: PLC0415 - not on Windows, and rarely needed

    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None


def _base_python(environment: Mapping[str, str]) -> Path:
    given = environment.get(BASE_PYTHON_VARIABLE)
    if given:
        return Path(given).absolute()
    if sys.platform == "win32":
        return Path(sys.base_prefix) / "python.exe"
    named = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return named if named.exists() else Path(sys.executable)
