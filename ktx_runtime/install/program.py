"""What the user typed to get here, for the commands that messages suggest: they have to run when they are pasted."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath, PureWindowsPath

PROGRAM = "ktx"
DISTRIBUTION = "kaelio-ktx"
PROGRAM_VARIABLE = "KTX_PROGRAM"

_MODULE = "ktx_runtime"
# Where `uv tool run` and `uv run --with` keep environments that have no name of their own.
_OF_UVS_CACHE = re.compile(r"[\\/](?:archive|environments|builds)-v\d+[\\/]")


@dataclass(frozen=True, slots=True)
class Start:
    """How this process was started.

    `interpreter_words` are those of the interpreter (`sys.orig_argv`), `script` is what it runs (`sys.argv[0]`),
    `on_path` the file that `ktx` is on PATH, `origin` where the distribution came from (PEP 610), None for an index.
    """

    environment: Mapping[str, str]
    platform: str
    interpreter_words: Sequence[str]
    script: str
    prefix: str
    on_path: Callable[[], str | None]
    origin: Callable[[], str | None]


def program_of(start: Start) -> str:
    """The beginning of a command line that comes back here.

    The launcher says it. Without one it is `ktx` if PATH leads to this environment, else how this call was made.
    """
    said = start.environment.get(PROGRAM_VARIABLE)
    return said or _line(_words(start), start.platform)


def _words(start: Start) -> Sequence[str]:
    words = list(start.interpreter_words)
    if "-m" in words and _MODULE in words[words.index("-m") :]:
        return words[: words.index(_MODULE) + 1]
    script = _without_suffix(start.script, start.platform)
    if script.name != PROGRAM:
        return [PROGRAM]
    nameless = _OF_UVS_CACHE.search(start.prefix) is not None
    if start.environment.get("UV_RUN_RECURSION_DEPTH"):
        return ["uv", "run", *(["--with", _requirement(start)] if nameless else []), PROGRAM]
    if nameless:
        return ["uvx", "--from", _requirement(start), PROGRAM]
    found = start.on_path()
    is_on_path = found is not None and _without_suffix(found, start.platform) == script
    return [PROGRAM] if is_on_path else [str(script)]


def _requirement(start: Start) -> str:
    """What was asked for with `--from`, as far as the installed distribution remembers."""
    origin = start.origin()
    if origin is None:
        return DISTRIBUTION
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415 - for calls through uv only

    url = urlsplit(origin)
    if url.scheme != "file":
        return origin
    path = unquote(url.path)
    return path.lstrip("/") if start.platform == "win32" else path


def _without_suffix(path: str, platform: str) -> PurePath:
    """A program's path; on Windows without the suffix that nobody types, and letters of either case are one."""
    if platform != "win32":
        return PurePosixPath(path)
    windows = PureWindowsPath(path)
    return windows.with_suffix("") if windows.suffix.lower() == ".exe" else windows


def _line(words: Sequence[str], platform: str) -> str:
    if platform != "win32":
        return shlex.join(words)
    from subprocess import list2cmdline  # noqa: PLC0415 - 5 ms, and nobody else's

    return list2cmdline(words)


def this_program(environment: Mapping[str, str]) -> str:
    """The same of this process."""
    return program_of(
        Start(
            environment=environment,
            platform=sys.platform,
            interpreter_words=sys.orig_argv,
            script=sys.argv[0],
            prefix=sys.prefix,
            on_path=lambda: shutil.which(PROGRAM, path=environment.get("PATH", os.defpath)),
            origin=_origin,
        )
    )


def _origin() -> str | None:
    import json  # noqa: PLC0415 - for calls through uvx only
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415 - 30 ms

    try:
        told = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    return json.loads(told)["url"] if told else None
