"""`ktx runtime path`: where something of the runtime lies."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.state.readiness import assess


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimePath:
    """Absolute paths; null for what is not there yet."""

    root: str
    manifest: str
    logs: str
    generation: str | None
    python: str | None


ANSWERS = (RuntimePath,)
PLACES = ("root", "manifest", "logs", "generation", "python")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which place."""
    parser.add_argument("place", nargs="?", choices=PLACES, default="root", help="default: root")


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Print one path; with `--json`, all. What is not there yet is null, or an empty line."""
    paths = call.host.paths
    manifest = assess(paths, wheel_sha256=promised_sha256(call.host.environment)).manifest
    places = RuntimePath(
        root=str(paths.root),
        manifest=str(paths.manifest_file),
        logs=str(paths.logs_directory),
        generation=str(paths.generation(manifest.generation)) if manifest else None,
        python=manifest.python.executable if manifest else None,
    )
    found: str | None = getattr(places, arguments.place)
    return Answer(data=places, text=found or "", exit_code=0 if found else 1)
