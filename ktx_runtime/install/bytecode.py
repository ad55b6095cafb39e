"""Bytecode that need not be made again: of the same sources, compiled by the same Python, in an environment before.

Compiling takes longer than all the rest of an install from a warm cache. A compiled file (PEP 552) holds the time and
size of its source, which Python compares at each import, and Python names the source anew when it loads one. So what is
carried over is either right or is compiled again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADER_BYTES = 16
_BY_TIME = bytes(4)
_WORD = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A compiled file and its source, both relative to where packages lie."""

    file: Path
    source: Path


def reuse_bytecode(environment: Path, before: Iterable[Path]) -> int:
    """Give the environment at `environment` what the environments in `before` have compiled; how many files that was.

    Only where a source is the same, byte by byte, and was compiled as it is. Whatever cannot be read or written is left
    to be compiled.
    """
    count = 0
    for target in _places(environment):
        for old in before:
            # The same layout means the same version of Python: lib/python3.12/site-packages.
            place = old / target.relative_to(environment)
            for compiled in _all_compiled(place):
                with contextlib.suppress(OSError):
                    count += _reuse(compiled, place, target)
    return count


def _places(environment: Path) -> list[Path]:
    return [*environment.glob("lib/python*/site-packages"), *environment.glob("Lib/site-packages")]


def _all_compiled(place: Path) -> Iterator[_Compiled]:
    for directory, _, names in os.walk(place):
        if not directory.endswith("__pycache__"):
            continue
        folder = Path(directory).relative_to(place)
        for name in names:
            # <module>.<tag>.pyc; optimised ones have a fourth part, and nobody here makes them.
            if name.endswith(".pyc") and name.count(".") == 2:  # noqa: PLR2004 - see above
                yield _Compiled(folder / name, folder.parent / f"{name.partition('.')[0]}.py")


def _reuse(compiled: _Compiled, place: Path, target: Path) -> bool:
    file, source = target / compiled.file, target / compiled.source
    old_source = place / compiled.source
    if file.exists() or not source.is_file():
        return False
    content = (place / compiled.file).read_bytes()
    if content[4:_HEADER_BYTES] != _stamp(old_source.stat()):
        # Compiled from something else than what lies there now.
        return False
    same = source.samefile(old_source)
    if not same and source.read_bytes() != old_source.read_bytes():
        return False
    file.parent.mkdir(exist_ok=True)
    staged = file.with_name(f"{file.name}.new")
    if same:
        with contextlib.suppress(OSError):
            os.link(place / compiled.file, file)
            return True
        shutil.copyfile(place / compiled.file, staged)
    else:
        staged.write_bytes(content[:4] + _stamp(source.stat()) + content[_HEADER_BYTES:])
    staged.replace(file)
    return True


def _stamp(source: os.stat_result) -> bytes:
    """What follows the magic number: checked by time, the time of the source, its size."""
    time, size = int(source.st_mtime) & _WORD, source.st_size & _WORD
    return _BY_TIME + time.to_bytes(4, "little") + size.to_bytes(4, "little")
