"""Bytecode that need not be made again: of the same sources, compiled by the same Python, in an environment before.

Compiling takes longer than all the rest of an install from a warm cache. A compiled file (PEP 552) holds the time and
size of its source, which Python compares at each import, and Python names the source anew when it loads one. So what is
carried over is either right or is compiled again.

Paths are text here: there are hundreds of files, and with `Path` most of the time would go into taking paths apart.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADER_BYTES = 16
_BY_TIME = bytes(4)
_WORD = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A compiled file and its source, both relative to where packages lie."""

    file: str
    source: str


def reuse_bytecode(environment: Path, before: Iterable[Path]) -> int:
    """Give the environment at `environment` what the environments in `before` have compiled; how many files that was.

    Only where a source is the same, byte by byte, and was compiled as it is. Whatever cannot be read or written is left
    to be compiled.
    """
    count = 0
    for target in package_places(environment):
        for old in before:
            # The same layout means the same version of Python: lib/python3.12/site-packages.
            place = str(old / target.relative_to(environment))
            for compiled in _all_compiled(place):
                with contextlib.suppress(OSError):
                    count += _reuse(compiled, place, str(target))
    return count


def package_places(environment: Path) -> tuple[Path, ...]:
    """Where packages lie in an environment."""
    return (*environment.glob("lib/python*/site-packages"), *environment.glob("Lib/site-packages"))


def _all_compiled(place: str) -> Iterator[_Compiled]:
    for directory, _, names in os.walk(place):
        package, last = os.path.split(directory)
        if last != "__pycache__":
            continue
        package = os.path.relpath(package, place)
        for name in names:
            # <module>.<tag>.pyc; optimised ones have a fourth part, and nobody here makes them.
            if name.endswith(".pyc") and name.count(".") == 2:  # noqa: PLR2004 - see above
                source = f"{name.partition('.')[0]}.py"
                yield _Compiled(os.path.join(package, last, name), os.path.join(package, source))


def _reuse(compiled: _Compiled, place: str, target: str) -> bool:
    file, source = os.path.join(target, compiled.file), os.path.join(target, compiled.source)
    old_file, old_source = os.path.join(place, compiled.file), os.path.join(place, compiled.source)
    if os.path.exists(file):
        return False
    is_now, was = os.stat(source), os.stat(old_source)
    with open(old_file, "rb") as stream:
        header = stream.read(_HEADER_BYTES)
        if header[4:] != _stamp(was):
            # Compiled from something else than what lies there now.
            return False
        same = os.path.samestat(is_now, was)
        if not same and not (is_now.st_size == was.st_size and _read(source) == _read(old_source)):
            return False
        with contextlib.suppress(FileExistsError):
            os.mkdir(os.path.dirname(file))
        if same and _linked(old_file, file):
            return True
        content = stream.read()
    staged = f"{file}.new"
    with open(staged, "wb") as stream:
        stream.write(header[:4] + _stamp(is_now) + content)
    os.replace(staged, file)
    return True


def _linked(old_file: str, file: str) -> bool:
    try:
        os.link(old_file, file)
    except OSError:
        return False
    return True


def _read(file: str) -> bytes:
    with open(file, "rb") as stream:
        return stream.read()


def _stamp(source: os.stat_result) -> bytes:
    """What follows the magic number: checked by time, the time of the source, its size."""
    time, size = int(source.st_mtime) & _WORD, source.st_size & _WORD
    return _BY_TIME + time.to_bytes(4, "little") + size.to_bytes(4, "little")
