"""Compile what is largest in a new environment while something else runs in it for the first time.

The first process of an environment compiles whatever it imports, one file after another, on one processor, and that
takes longer than all else that it does. For a while a second one can go ahead of it. The process that runs finds files
compiled, or compiles them itself; either writes the same file, whole.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ktx_runtime.install.bytecode import package_places
from ktx_runtime.install.host import Host

PROGRAM = Path("ktx_runtime", "compile_ahead.py")


@contextmanager
def compiling_ahead(extras: Sequence[str], environment: Path, *, python: Path, host: Host) -> Iterator[None]:
    """Let `python`, that of `environment`, compile what `extras` use first, until all is compiled or the block ends."""
    program = next((file for place in package_places(environment) if (file := place / PROGRAM).is_file()), None)
    if program is None:
        yield
        return
    process = subprocess.Popen(
        # -S: without what packages want done whenever Python starts.
        [str(python), "-I", "-S", str(program), *extras],
        env=host.clean_environment(),
        cwd=host.paths.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()
