"""`ktx runtime ensure`: the interface for programs that need features by name. Says how to start what is there."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.verbs.install import add_feature_argument, add_install_arguments, ensure_from


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeEnsure:
    """Everything that a program needs to go on without us."""

    changed: bool
    """Whether anything was installed."""
    cli_version: str
    generation: str
    manifest: str
    """The file that says all this, and more."""
    python: str
    """The interpreter of the runtime."""
    daemon_executable: str
    """`<daemonExecutable> <operation>` runs one operation: JSON on stdin, JSON on stdout."""
    features: tuple[str, ...]
    commands: Mapping[str, str]
    """Each command, and the feature that it belongs to."""


ANSWERS = (RuntimeEnsure,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Features, and what every verb that may install understands."""
    add_feature_argument(parser)
    add_install_arguments(parser)


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Ensure, and answer with everything that a program needs to go on without us."""
    ensured = ensure_from(arguments, call)
    manifest = ensured.manifest
    return Answer(
        data=RuntimeEnsure(
            changed=ensured.changed,
            cli_version=manifest.cli_version,
            generation=manifest.generation,
            manifest=str(call.host.paths.manifest_file),
            python=manifest.python.executable,
            daemon_executable=manifest.daemon_executable,
            features=manifest.feature_names(),
            commands=manifest.commands,
        ),
        text=manifest.python.executable,
    )
