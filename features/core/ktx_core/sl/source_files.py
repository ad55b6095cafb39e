"""Files of generated sources: where each goes, and which are left alone."""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_NOT_IN_FILE_NAMES = re.compile(r"[^\w.-]+")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
_WIDTH = 110


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source and its file. `kept` says that the file stays as it is."""

    source: Mapping[str, object]
    path: Path
    kept: bool


def plan_files(
    sources: Iterable[Mapping[str, object]], directory: Path, *, existing: Mapping[str, Path], force: bool
) -> tuple[SourceFile, ...]:
    """A file a source, called after it. `existing` are the model's sources and their files.

    Those are kept; `force` writes them again where the file is one that this function would choose, since another may
    hold more than the one source.
    """
    planned: list[SourceFile] = []
    taken: set[str] = set()
    for source in sources:
        name = str(source["name"])
        path = directory / f"{file_name(name, taken)}.yaml"
        there = existing.get(name)
        if there is not None and (not force or there != path):
            planned.append(SourceFile(source, there, kept=True))
        else:
            planned.append(SourceFile(source, path, kept=path.exists() and not force))
    return tuple(planned)


def to_yaml(source: Mapping[str, object]) -> str:
    """The source as YAML, its keys in their order."""
    import yaml  # noqa: PLC0415 - 16 ms, only where files are written

    return str(yaml.safe_dump(dict(source), sort_keys=False, allow_unicode=True, width=_WIDTH))


def write_file(file: SourceFile) -> None:
    """Write the source, whole or not at all."""
    write_text(file.path, to_yaml(file.source))


def write_text(path: Path, text: str) -> None:
    """Write a file, whole or not at all, and the directories that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".ktx-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def file_name(name: str, taken: set[str]) -> str:
    """A name that every file system takes and that is not in `taken` (folded names, added to), letter case aside."""
    plain = _NOT_IN_FILE_NAMES.sub("_", name).strip("._") or "source"
    if plain.casefold() in _RESERVED:
        plain = f"{plain}_"
    chosen, number = plain, 1
    while chosen.casefold() in taken:
        number += 1
        chosen = f"{plain}_{number}"
    taken.add(chosen.casefold())
    return chosen
