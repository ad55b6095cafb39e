"""Where everything of the runtime lies. Nothing here touches the disk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT_VARIABLE = "KTX_RUNTIME_ROOT"


@dataclass(frozen=True, slots=True)
class RuntimeRoot:
    """The root, and what decided it: the variable's name, or `default`."""

    path: Path
    origin: str


def runtime_root(environment: Mapping[str, str], *, platform: str, home: Path) -> RuntimeRoot:
    """The root of everything we keep: `KTX_RUNTIME_ROOT`, else the platform's place for data of programs.

    `platform` is `sys.platform`; `home` is used where the environment names no better place. A link in the path is
    followed once, here, so that all later paths are real ones.
    """
    override = environment.get(ROOT_VARIABLE)
    if override:
        # realpath rather than Path.resolve: it also takes a root that does not exist yet, on every platform.
        return RuntimeRoot(Path(os.path.realpath(Path(override).expanduser())), ROOT_VARIABLE)
    return RuntimeRoot(Path(os.path.realpath(_default_root(environment, platform, home))), "default")


def _default_root(environment: Mapping[str, str], platform: str, home: Path) -> Path:
    if platform == "darwin":
        return home / "Library" / "Application Support" / "kaelio" / "ktx" / "runtime"
    if platform == "win32":
        local = environment.get("LOCALAPPDATA")
        base = Path(local) if local else home / "AppData" / "Local"
        return base / "Kaelio" / "KTX" / "runtime"
    data = environment.get("XDG_DATA_HOME", "")
    # The XDG specification has relative values ignored.
    base = Path(data) if Path(data).is_absolute() else home / ".local" / "share"
    return base / "kaelio" / "ktx" / "runtime"


@dataclass(frozen=True, slots=True)
class RuntimePaths:
    """The files of one version of the runtime under `root`."""

    root: Path
    cli_version: str

    @property
    def plugins_file(self) -> Path:
        """Third-party plugins wanted, in every version."""
        return self.root / "plugins.json"

    @property
    def uv_directory(self) -> Path:
        """Copies of uv that we fetched: `<version>/uv`."""
        return self.root / "uv"

    @property
    def uv_settings(self) -> Path:
        """An empty `uv.toml`: it keeps uv from obeying the project that the user stands in."""
        return self.root / "uv.toml"

    @property
    def lock_file(self) -> Path:
        """Held by whoever changes anything under the root."""
        return self.root / "install.lock"

    @property
    def version_directory(self) -> Path:
        """Everything of this version."""
        return self.root / self.cli_version

    @property
    def manifest_file(self) -> Path:
        """The witness: what it names is ready, all else is rubbish."""
        return self.version_directory / "manifest.json"

    @property
    def generations_directory(self) -> Path:
        """Immutable environments, one a directory."""
        return self.version_directory / "generations"

    def generation(self, generation_id: str) -> Path:
        """The directory of one generation."""
        return self.generations_directory / generation_id

    def environment(self, generation_id: str) -> Path:
        """The virtual environment of one generation."""
        return self.generation(generation_id) / "venv"

    def catalogue_file(self, generation_id: str) -> Path:
        """What the plugins of one generation declare."""
        return self.generation(generation_id) / "catalogue.json"

    @property
    def wheels_directory(self) -> Path:
        """The wheel that the runtime was built from, kept for repairs: `<first 8 of its sha256>/<file>`."""
        return self.version_directory / "wheels"

    @property
    def logs_directory(self) -> Path:
        """Logs of installs, of the daemon, and of unexpected errors."""
        return self.version_directory / "logs"

    @property
    def daemon_file(self) -> Path:
        """The state of the running daemon; readable by its owner only."""
        return self.version_directory / "daemon.json"


PART_SUFFIX = ".part"
"""Ends the name of a file that is being fetched, until its hash is right."""


def models_directory(root: Path) -> Path:
    """What features have prefetched, one directory for each `Prefetch`. It outlives versions and generations."""
    return root / "models"


def root_of_prefix(prefix: Path) -> Path | None:
    """The root that the environment at `prefix` is managed in: `<root>/<version>/generations/<id>/venv`."""
    generation = prefix.parent
    return generation.parent.parent.parent if generation.parent.name == "generations" else None


def environment_program(environment: Path, name: str, *, platform: str) -> Path:
    """Where a program of the virtual environment at `environment` lies."""
    if platform == "win32":
        return environment / "Scripts" / f"{name}.exe"
    return environment / "bin" / name
