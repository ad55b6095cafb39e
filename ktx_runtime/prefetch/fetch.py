"""Bring the files of one `Prefetch` to where they are kept: each whole, of the right hash, or not at all.

A file grows under the name `<file>.part` and gets its own name once its hash is right, so that what was fetched before
an interruption is not fetched again, to the byte.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ktx_runtime.api.prefetch import Prefetch, PrefetchedFile
from ktx_runtime.state.paths import PART_SUFFIX

PROGRESS_SECONDS = 0.5
PROGRESS_STEP = 0.02
CHUNK_BYTES = 64 * 1024

ProgressListener = Callable[[int, int], None]


class NotFetched(Exception):
    """A file could not be had; the text says which, and why."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where files may come from besides the hub: `wheelhouse` is a bundle's directory, with `models/<name>` in it."""

    environment: Mapping[str, str]
    offline: bool = False
    wheelhouse: Path | None = None


def fetch(prefetch: Prefetch, models: Path, sources: Sources, *, on_progress: ProgressListener) -> Path:
    """The directory with all files of `prefetch`; what is missing of them is fetched first. Raises `NotFetched`.

    `on_progress` hears bytes that are there, and bytes in all. A directory that the user gives is taken as it is.
    """
    given = prefetch.given_directory(sources.environment)
    if given is not None:
        if not given.is_dir():
            raise NotFetched(f"{prefetch.path_variable} names no directory: {given}")
        return given
    target = models / prefetch.name
    wanted = [file for file in prefetch.files if not is_whole(target / file.path, file)]
    with _told(prefetch, target, on_progress):
        for file in wanted:
            _bring(prefetch, file, target / file.path, sources)
    return target


def is_whole(path: Path, file: PrefetchedFile) -> bool:
    """Whether `path` is `file`, byte for byte."""
    try:
        return path.stat().st_size == file.bytes and _sha256(path) == file.sha256
    except OSError:
        return False


def missing_files(prefetch: Prefetch, directory: Path) -> tuple[str, ...]:
    """Files that are not in `directory`, told from their names and sizes alone."""
    return tuple(file.path for file in prefetch.files if _size(directory / file.path) != file.bytes)


def _bring(prefetch: Prefetch, file: PrefetchedFile, path: Path, sources: Sources) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + PART_SUFFIX)
    local = _local_copy(prefetch, file, sources)
    if local is not None:
        shutil.copyfile(local, part)
    else:
        _demand_network(prefetch, file, sources)
        _download(prefetch, file, part)
    if not is_whole(part, file):
        part.unlink(missing_ok=True)
        raise NotFetched(f"{file.path} of {prefetch.repository} is not the file that was pinned: its sha256 differs")
    os.replace(part, path)  # noqa: PTH105 - Path.replace is the same


def _local_copy(prefetch: Prefetch, file: PrefetchedFile, sources: Sources) -> Path | None:
    """The file in the bundle, or in the hub's own cache (`HF_HOME`), if it is the right one."""
    places = []
    if sources.wheelhouse is not None:
        places.append(sources.wheelhouse / "models" / prefetch.name / file.path)
    cached = _hub().try_to_load_from_cache(prefetch.repository, file.path, revision=prefetch.revision)
    if isinstance(cached, str):
        places.append(Path(cached))
    return next((place for place in places if is_whole(place, file)), None)


def _demand_network(prefetch: Prefetch, file: PrefetchedFile, sources: Sources) -> None:
    why = None
    if sources.offline:
        why = "--offline was given"
    elif sources.wheelhouse is not None:
        why = f"it is not in {sources.wheelhouse / 'models' / prefetch.name}"
    elif _hub().constants.HF_HUB_OFFLINE:
        why = "HF_HUB_OFFLINE is set"
    if why is not None:
        raise NotFetched(f"{file.path} of {prefetch.repository} is not on this machine, and {why}")


def _download(prefetch: Prefetch, file: PrefetchedFile, part: Path) -> None:
    """Go on where the last attempt ended; once more from the start where that gave something else."""
    if _size(part) > file.bytes:
        part.unlink()
    resumed = _size(part) > 0
    try:
        _append(prefetch, file, part)
        right = is_whole(part, file)
    except NotFetched:
        if not resumed or _size(part) < file.bytes:
            raise
        right = False
    if resumed and not right:
        part.unlink(missing_ok=True)
        _append(prefetch, file, part)


def _append(prefetch: Prefetch, file: PrefetchedFile, part: Path) -> None:
    hub = _hub()
    from huggingface_hub.file_download import http_get  # noqa: PLC0415 - see `_hub`
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined, unused-ignore]  # noqa: PLC0415

    url = hub.hf_hub_url(prefetch.repository, file.path, revision=prefetch.revision)
    try:
        with part.open("ab") as stream:
            http_get(
                url,
                stream,
                resume_size=stream.tell(),
                headers=build_hf_headers(library_name="ktx"),
                expected_size=file.bytes,
                displayed_filename=file.path,
            )
    except OSError as error:
        if error.errno is not None and not isinstance(error, ConnectionError | TimeoutError):
            raise
        raise _unreachable(prefetch, file, error) from error
    except Exception as error:
        # What the library raises for a hub that is not there, refuses or breaks off changes from release to release.
        raise _unreachable(prefetch, file, error) from error


def _unreachable(prefetch: Prefetch, file: PrefetchedFile, error: Exception) -> NotFetched:
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    hub = _hub().constants.ENDPOINT
    return NotFetched(f"{file.path} of {prefetch.repository} cannot be fetched from {hub}: {said}")


@contextmanager
def _told(prefetch: Prefetch, target: Path, on_progress: ProgressListener) -> Iterator[None]:
    """While the block runs, tell what is there: looked up on disk, which no library has to report."""
    of = sum(file.bytes for file in prefetch.files)
    over = threading.Event()

    def done() -> int:
        paths = [target / file.path for file in prefetch.files]
        return sum(max(_size(path), _size(path.with_name(path.name + PART_SUFFIX)), 0) for path in paths)

    def tell() -> None:
        told = -1.0
        while not over.wait(PROGRESS_SECONDS):
            now = done()
            if now - told >= of * PROGRESS_STEP:
                told = now
                on_progress(now, of)

    thread = threading.Thread(target=tell, name="ktx-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    on_progress(done(), of)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _hub() -> Any:  # noqa: ANN401 - a module of a library of the features that fetch
    try:
        import huggingface_hub  # noqa: PLC0415 - not among what the framework needs
        from huggingface_hub import constants  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise NotFetched("the feature that wants these files does not require huggingface_hub") from error
    # It keeps what it has of a chunk to itself until the chunk is whole: ten megabytes would be lost with a connection.
    constants.DOWNLOAD_CHUNK_SIZE = CHUNK_BYTES
    return huggingface_hub
