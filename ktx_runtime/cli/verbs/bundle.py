"""`ktx runtime bundle`: collect in a directory all that an install without a network needs."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.progress import progress_listener
from ktx_runtime.cli.verbs.install import add_feature_argument


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeBundle:
    """The wheels that were collected: their names, and their size in bytes."""

    directory: str
    files: tuple[str, ...]
    bytes: int
    next: str
    """The command that installs from there."""
    plugins: tuple[str, ...] = ()
    """The commands that then add the plugins from there."""


ANSWERS = (RuntimeBundle,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and for which features."""
    parser.add_argument("directory", type=Path, help="made if it does not exist")
    add_feature_argument(parser)
    parser.add_argument("--progress", choices=("bar", "lines", "json", "none"), help="how to show progress on stderr")


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Download everything; nothing is installed."""
    from ktx_runtime.install.bundle import make_bundle  # noqa: PLC0415 - plans and declarations, only here

    directory = arguments.directory.absolute()
    made = make_bundle(
        directory,
        features=tuple(arguments.feature),
        host=call.host,
        listener=progress_listener(call, style=arguments.progress),
    )
    size = sum(file.stat().st_size for file in made.files)
    source = ("--wheelhouse", str(directory), "--yes")
    command = call.host.command("runtime", "install", *source)
    plugins = tuple(call.host.command("runtime", "plugins", "add", name, *source) for name in made.plugins)
    following = "".join(f"\nthen: {plugin}" for plugin in plugins)
    return Answer(
        data=RuntimeBundle(
            directory=str(directory),
            files=tuple(file.name for file in made.files),
            bytes=size,
            next=command,
            plugins=plugins,
        ),
        text=f"{len(made.files)} files, {size / 1e6:.1f} MB: {directory}\nnext: {command}{following}",
    )
