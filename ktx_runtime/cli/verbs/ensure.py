"""`ktx runtime ensure`: the interface for programs that need features by name. Says how to start what is there."""

from __future__ import annotations

import argparse

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.verbs.install import add_feature_argument, add_install_arguments, ensure_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Features, and what every verb that may install understands."""
    add_feature_argument(parser)
    add_install_arguments(parser)


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Ensure, and answer with everything that a program needs to go on without us."""
    ensured = ensure_from(arguments, call)
    manifest = ensured.manifest
    return Answer(
        data={
            "changed": ensured.changed,
            "cliVersion": manifest.cli_version,
            "generation": manifest.generation,
            "manifest": str(call.host.paths.manifest_file),
            "python": manifest.python.executable,
            "daemonExecutable": manifest.daemon_executable,
            "features": list(manifest.feature_names()),
            "commands": dict(manifest.commands),
        },
        text=manifest.python.executable,
    )
