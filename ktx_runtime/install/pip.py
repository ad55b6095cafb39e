"""pip's command line and environment: only for what uv cannot do, which is to download wheels as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.install.fetch_uv import has_pip
from ktx_runtime.install.host import Host
from ktx_runtime.install.pip_settings import with_pip_sources_only
from ktx_runtime.install.uv import Uv, uv_environment
from ktx_runtime.process import Finished, run_program

TIMEOUT_SECONDS = 3600.0
_OPTIONS = ("--disable-pip-version-check", "--no-input", "--only-binary", ":all:", "--progress-bar", "off")


@dataclass(frozen=True, slots=True)
class Pip:
    """pip, as an argument list that starts it."""

    start: tuple[str, ...]
    environment: Mapping[str, str]
    directory: Path

    def download(self, words: Sequence[str], *, directory: Path, on_line: Callable[[str], None]) -> Finished:
        """Download wheels into `directory`; `words` say which."""
        return self._collect(["download", *_OPTIONS, "--dest", str(directory), *words], on_line)

    def wheels(self, words: Sequence[str], *, directory: Path, on_line: Callable[[str], None]) -> Finished:
        """The same, also of projects in directories, which are built; what is in `directory` already is used."""
        return self._collect(
            ["wheel", *_OPTIONS, "--wheel-dir", str(directory), "--find-links", str(directory), *words], on_line
        )

    def _collect(self, words: Sequence[str], on_line: Callable[[str], None]) -> Finished:
        argv = [*self.start, *words]
        on_line("$ " + " ".join(argv))
        return run_program(
            argv,
            environment=self.environment,
            directory=self.directory,
            timeout_seconds=TIMEOUT_SECONDS,
            on_line=on_line,
        )


def find_pip(host: Host, uv: Uv, *, staging: Path, on_line: Callable[[str], None]) -> Pip:
    """The base interpreter's pip, or one that uv puts into `staging`."""
    if has_pip(host):
        start: tuple[str, ...] = (str(host.base_python), "-I", "-m", "pip")
    else:
        target = staging / "pip"
        uv.install_aside("pip", target=target, python=host.base_python, on_line=on_line)
        start = (str(host.base_python), "-I", str(target / "pip"))
    return Pip(start, pip_environment(host.environment), host.paths.root)


def pip_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for pip: uv's settings of where packages come from, where pip's own are not set."""
    kept = {name: value for name, value in uv_environment(environment).items() if not name.startswith("UV_")}
    settings = uv_environment(environment)
    index = settings.get("UV_DEFAULT_INDEX") or settings.get("UV_INDEX_URL")
    if index:
        kept.setdefault("PIP_INDEX_URL", index)
    if settings.get("UV_FIND_LINKS"):
        kept["PIP_FIND_LINKS"] = " ".join(settings["UV_FIND_LINKS"].split(","))
    return with_pip_sources_only(kept)
