"""What an install fetches besides packages: files of a model, declared with their hashes, kept across generations."""

import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from ktx_runtime.api.record import Record


class PrefetchedFile(Record):
    """One file: where it lies in its repository, its size in bytes, and its sha256 in hexadecimal."""

    path: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Prefetch(Record):
    """Files of one repository of a model hub, and the directory that they are kept in.

    They are fetched when a feature that declares them is installed, into `models/<name>` under the runtime root, which
    outlives generations; two features may share one. `path_variable` names the environment variable in which a user
    may give a directory to take instead: nothing is fetched then. The hub is the user's own (`HF_ENDPOINT`, `HF_HOME`,
    `HF_HUB_OFFLINE`). The feature that declares this requires `huggingface_hub`.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    repository: str
    revision: str = "main"
    path_variable: str
    files: tuple[PrefetchedFile, ...]
    timeout_seconds: float = Field(default=1800.0, gt=0)

    def given_directory(self, environment: Mapping[str, str]) -> Path | None:
        """The directory that the user gives instead, if so."""
        given = environment.get(self.path_variable)
        return Path(given).expanduser().absolute() if given else None

    def directory(self, environment: Mapping[str, str]) -> Path:
        """Where the files are for this process: the user's own directory, or the one under the runtime root."""
        from ktx_runtime.state.paths import models_directory, root_of_prefix, runtime_root  # noqa: PLC0415 - one use

        given = self.given_directory(environment)
        if given is not None:
            return given
        root = root_of_prefix(Path(sys.prefix))
        if root is None:
            root = runtime_root(environment, platform=sys.platform, home=Path.home()).path
        return models_directory(root) / self.name
