"""Secrets: followed late, when a connection is opened, and never shown.

A setting `env:NAME` is the value of an environment variable, `file:path` the text of a file (its last line feed
dropped; a relative path is relative to the project). Anything else is the value itself.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from ktx_core.project.document import ConnectionEntry, Project, Setting
from ktx_core.project.errors import ProjectError
from ktx_runtime.api import Connection

_ENVIRONMENT = "env:"
_FILE = "file:"
_LARGEST_SECRET = 64 * 1024


def resolve_connection(project: Project, entry: ConnectionEntry, *, environment: Mapping[str, str]) -> Connection:
    """The connection with its references followed. Raises `ProjectError` (code `secret-missing`)."""
    settings = {
        key: _resolve(entry, key, setting, environment=environment, directory=project.directory)
        for key, setting in entry.settings.items()
    }
    return Connection(id=entry.id, driver=entry.driver, project_directory=project.directory, settings=settings)


def _resolve(
    entry: ConnectionEntry, key: str, setting: Setting, *, environment: Mapping[str, str], directory: Path
) -> str:
    if setting.text.startswith(_ENVIRONMENT):
        name = setting.text.removeprefix(_ENVIRONMENT).strip()
        if not environment.get(name):
            _missing(entry, key, setting, f"the environment variable {name} is not set", f"set {name}")
        return environment[name]
    if setting.text.startswith(_FILE):
        file = directory / setting.text.removeprefix(_FILE).strip()
        try:
            with file.open(encoding="utf-8") as stream:
                text = stream.read(_LARGEST_SECRET + 1)
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "not UTF-8 text"
            _missing(entry, key, setting, f"cannot read {file}: {why}", f"make a readable file: {file}")
        if len(text) > _LARGEST_SECRET:
            _missing(entry, key, setting, f"larger than {_LARGEST_SECRET} characters: {file}", "name a smaller file")
        return text.removesuffix("\n").removesuffix("\r")
    return setting.text


def _missing(entry: ConnectionEntry, key: str, setting: Setting, why: str, remedy: str) -> NoReturn:
    raise ProjectError(f"{setting.position}: {key} of connection {entry.id}: {why}", code="secret-missing", hint=remedy)
