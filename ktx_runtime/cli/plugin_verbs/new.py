"""`ktx plugin new`: start a plugin."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ktx_runtime.authoring.names import plugin_names
from ktx_runtime.authoring.scaffold import Licence, Project, write_project
from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.registry.collect import own_catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlugin:
    """A plugin that was started: its names, its files relative to `directory`, and the commands to go on with."""

    directory: str
    distribution: str
    module: str
    feature: str
    license: str
    files: tuple[str, ...]
    next: tuple[str, ...]


ANSWERS = (NewPlugin,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its name, its place, its licence."""
    parser.add_argument("name", metavar="NAME", help="what it is called: hello makes the feature and command hello")
    parser.add_argument("--directory", type=Path, metavar="DIR", help="where to write it (default: ./NAME)")
    parser.add_argument(
        "--license",
        type=Licence,
        choices=list(Licence),
        default=Licence.APACHE,
        help="the licence it begins with (default: Apache-2.0)",
    )


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Write the project, and say what can be done with it."""
    names = plugin_names(arguments.name, known=own_catalogue(call.host.environment))
    directory = arguments.directory or Path(arguments.name)
    project = Project(names, arguments.license, datetime.now(UTC).year)
    written = write_project(project, Path(os.path.abspath(directory)))  # noqa: PTH100 - links stay as they are
    steps = (
        call.host.command("plugin", "check", str(directory)),
        call.host.command("runtime", "plugins", "add", "-e", _as_path(directory), "--yes"),
        call.host.command(names.feature, "world"),
    )
    data = NewPlugin(
        directory=str(directory.absolute()),
        distribution=names.distribution,
        module=names.module,
        feature=names.feature,
        license=arguments.license.value,
        files=tuple(path.as_posix() for path in written),
        next=steps,
    )
    return Answer(data, "\n".join([f"wrote {names.distribution} to {directory}", "next:", *(f"  {s}" for s in steps)]))


def _as_path(directory: Path) -> str:
    """`directory` so that nothing takes it for a requirement."""
    return str(directory) if directory.is_absolute() else f".{os.sep}{directory}"
