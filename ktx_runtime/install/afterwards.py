"""What plugins have to say after an install: asked in a process of the new generation, which is published by then."""

from __future__ import annotations

import json

from ktx_runtime.install.build import Built
from ktx_runtime.install.host import Host
from ktx_runtime.install.log import InstallLog
from ktx_runtime.process import run_program

HOOK = "ktx_after_install"
RUNNER = "ktx_runtime.after_install"
TIMEOUT_SECONDS = 60.0


def said_afterwards(built: Built, *, host: Host, log: InstallLog) -> tuple[str, ...]:
    """The lines to show. Whatever fails is in the log, and nothing else comes of it."""
    if not any(HOOK in row.live_hooks for row in built.catalogue.plugins):
        return ()
    done = run_program(
        [str(built.python), "-I", "-m", RUNNER, *(entry.feature.name for entry in built.features)],
        environment=host.clean_environment(),
        directory=host.paths.root,
        timeout_seconds=TIMEOUT_SECONDS,
        on_line=lambda line: log.write(f"  {HOOK}: {line}"),
    )
    if not done.succeeded:
        log.write(f"{HOOK} {done.how()}")
        return ()
    try:
        return tuple(str(line) for line in json.loads(done.lines[-1]))
    except (IndexError, ValueError, TypeError):
        log.write(f"{HOOK} gave no answer")
        return ()
