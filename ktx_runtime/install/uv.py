"""uv's command line and environment. No other module knows a flag or a variable of uv's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.install.host import without_foreign_environments
from ktx_runtime.process import Finished, run_program

TIMEOUT_SECONDS = 3600.0
VERSION_TIMEOUT_SECONDS = 20.0

# Where packages come from, and how: the user's and the company's to say. All else of uv's is not.
_KEPT = re.compile(
    r"UV_(.*INDEX.*|FIND_LINKS|OFFLINE|CACHE_DIR|NO_CACHE|CONSTRAINT|HTTP_.*|REQUEST_TIMEOUT|KEYRING_PROVIDER"
    r"|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|CONCURRENT_.*|LINK_MODE|CONFIG_FILE|NO_CONFIG|CREDENTIALS_DIR"
    r"|TORCH_BACKEND)"
)
_INDEX_VARIABLES = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_NO_INDEX",
    "UV_CONFIG_FILE",
)
_UNKNOWN_ISSUER = "UnknownIssuer"

LineListener = Callable[[str], None]


def uv_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for uv: the user's, without what would send an install elsewhere or change what it takes.

    uv reads none of pip's settings; where the user has set nothing of uv's, those of pip are passed on.
    """
    clean = without_foreign_environments(environment)
    kept = {name: value for name, value in clean.items() if not name.startswith("UV_") or _KEPT.fullmatch(name)}
    if not any(kept.get(name) for name in _INDEX_VARIABLES):
        _copy(environment, "PIP_INDEX_URL", kept, "UV_DEFAULT_INDEX")
        _copy(environment, "PIP_EXTRA_INDEX_URL", kept, "UV_INDEX")
        _copy(environment, "PIP_NO_INDEX", kept, "UV_NO_INDEX")
    if not kept.get("UV_FIND_LINKS") and environment.get("PIP_FIND_LINKS"):
        kept["UV_FIND_LINKS"] = ",".join(environment["PIP_FIND_LINKS"].split())
    if not kept.get("SSL_CERT_FILE"):
        _copy(environment, "PIP_CERT", kept, "SSL_CERT_FILE")
    if not kept.get("UV_INSECURE_HOST"):
        _copy(environment, "PIP_TRUSTED_HOST", kept, "UV_INSECURE_HOST")
    return kept | {"NO_COLOR": "1", "UV_NO_PROGRESS": "1"}


def _copy(source: Mapping[str, str], name: str, target: dict[str, str], as_name: str) -> None:
    value = source.get(name)
    if value:
        target[as_name] = value


@dataclass(frozen=True, slots=True)
class UvProgram:
    """A uv that runs: its path, its version, and where it came from."""

    executable: Path
    version: tuple[int, ...]
    origin: str

    def __str__(self) -> str:
        return f"uv {'.'.join(map(str, self.version))} ({self.origin}: {self.executable})"


@dataclass(frozen=True, slots=True)
class PackageSource:
    """Where packages come from, beyond what the user's settings say."""

    offline: bool = False
    wheelhouse: Path | None = None

    def arguments(self) -> list[str]:
        """As uv's options."""
        arguments = ["--offline"] if self.offline else []
        if self.wheelhouse is not None:
            arguments += ["--no-index", "--find-links", str(self.wheelhouse)]
        return arguments


def uv_version(executable: Path, environment: Mapping[str, str]) -> tuple[int, ...] | None:
    """The version of the uv at `executable`, or None when it does not run or is something else."""
    try:
        done = run_program(
            [str(executable), "--version"],
            environment=uv_environment(environment),
            directory=executable.parent,
            timeout_seconds=VERSION_TIMEOUT_SECONDS,
            on_line=lambda line: None,  # noqa: ARG005 - nobody listens
        )
    except OSError:
        return None
    found = re.match(r"uv (\d+(?:\.\d+)*)", done.lines[0]) if done.succeeded and done.lines else None
    return parse_version(found[1]) if found else None


def parse_version(text: str) -> tuple[int, ...]:
    """`0.13.9` as numbers."""
    return tuple(int(part) for part in text.split("."))


@dataclass(frozen=True, slots=True)
class Preferences:
    """How to resolve and fetch, where the user has not said so. `constraints` is a file of them."""

    constraints: Path | None = None
    torch_backend: str | None = None
    http_timeout_seconds: int | None = None
    concurrent_downloads: int | None = None
    link_mode: str | None = None

    def variables(self) -> dict[str, str]:
        """As uv's variables."""
        said = {
            "UV_HTTP_TIMEOUT": self.http_timeout_seconds,
            "UV_CONCURRENT_DOWNLOADS": self.concurrent_downloads,
            "UV_LINK_MODE": self.link_mode,
        }
        return {name: str(value) for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Uv:
    """uv, ready to work in `directory` (the runtime's root), where an empty `uv.toml` lies."""

    program: UvProgram
    environment: Mapping[str, str]
    directory: Path
    source: PackageSource = PackageSource()
    preferences: Preferences = Preferences()

    def make_environment(self, target: Path, *, python: Path, on_line: LineListener) -> Finished:
        """Make a virtual environment at `target`, which must not exist, without any package."""
        words = ["venv", "--no-project", "--no-python-downloads", "--prompt", "ktx", "--python", str(python)]
        return self._run([*words, str(target)], on_line)

    def install_exactly(self, requirements: Path, *, python: Path, on_line: LineListener) -> Finished:
        """Install what `requirements` pins, each file checked against its hashes, and nothing else."""
        words = ["--no-deps", "--require-hashes", "--requirement", str(requirements)]
        if self.source.offline:
            return self._install(words, python=python, on_line=on_line)
        # What is pinned by hash is the same wherever it comes from, and asking the index is half of the time.
        cached = self._install([*words, "--offline"], python=python, on_line=on_line)
        if cached.succeeded:
            return cached
        on_line("uv's cache has not everything: asking the index")
        return self._install(words, python=python, on_line=on_line)

    def install_resolved(
        self, requirements: Sequence[str], *, constraints: Path, python: Path, on_line: LineListener
    ) -> Finished:
        """Install `requirements` and what they need; what is there stays as far as `constraints` say so."""
        backend = [] if self.user_names_torch() else ["--torch-backend", self.preferences.torch_backend or "cpu"]
        # The option takes the place of the variable, so what the user constrains has to be said again.
        named = [
            str(Path(name).absolute()) for name in uv_environment(self.environment).get("UV_CONSTRAINT", "").split()
        ]
        wanted = [str(self.preferences.constraints)] if self.preferences.constraints else []
        words = [word for file in (str(constraints), *named, *wanted) for word in ("--constraints", file)]
        return self._install([*backend, *words, *requirements], python=python, on_line=on_line)

    def install_aside(self, requirement: str, *, target: Path, python: Path, on_line: LineListener) -> Finished:
        """Install `requirement` alone into the directory `target`, which is no environment."""
        return self._install(["--no-deps", "--target", str(target), requirement], python=python, on_line=on_line)

    def build_wheel(
        self, project: Path, *, target: Path, python: Path, timeout_seconds: float, on_line: LineListener
    ) -> Finished:
        """Build the wheel of the project in the directory `project` into the directory `target`."""
        words = ["build", "--wheel", "--no-python-downloads", "--python", str(python.absolute())]
        words += [*self.source.arguments(), "--out-dir", str(target), str(project)]
        return self._run(words, on_line, timeout_seconds=timeout_seconds)

    def user_names_torch(self) -> bool:
        """Whether the user's own settings decide which torch is installed."""
        # `--torch-backend` overrides for torch whatever places the user names. A place beside the index is no choice
        # yet: the index has newer ones, for CUDA, five times as large as what the user agreed to.
        settings = uv_environment(self.environment)
        names = ("UV_TORCH_BACKEND", "UV_CONSTRAINT", "UV_NO_INDEX")
        return self.source.wheelhouse is not None or any(settings.get(name) for name in names)

    def _install(self, words: Sequence[str], *, python: Path, on_line: LineListener) -> Finished:
        # An absolute path: a relative one may be read as a version, and another interpreter be used.
        command = ["pip", "install", "--no-python-downloads", "--python", str(python.absolute())]
        return self._run([*command, *self.source.arguments(), *words], on_line)

    def _run(
        self, words: Sequence[str], on_line: LineListener, *, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> Finished:
        environment = self.preferences.variables() | uv_environment(self.environment)
        done = self._run_once(words, environment, on_line, timeout_seconds)
        unknown = any(_UNKNOWN_ISSUER in line for line in done.lines)
        if done.succeeded or not unknown or environment.get("SSL_CERT_FILE"):
            return done
        on_line("the certificate's issuer is unknown to uv: once more with the certificates of the system")
        # As variables: the option has another name in older releases.
        return self._run_once(
            words, environment | {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}, on_line, timeout_seconds
        )

    def _run_once(
        self, words: Sequence[str], environment: Mapping[str, str], on_line: LineListener, timeout_seconds: float
    ) -> Finished:
        argv = [str(self.program.executable), "--directory", str(self.directory), *words]
        on_line("$ " + " ".join(argv))
        return run_program(
            argv,
            environment=environment,
            directory=self.directory,
            timeout_seconds=timeout_seconds,
            on_line=on_line,
        )
