"""What a user names when adding or removing a plugin: a requirement, a wheel, a directory, or a distribution."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from ktx_runtime.api import UsageError, near_names
from ktx_runtime.install.host import Host
from ktx_runtime.registry.discovery import OUR_DISTRIBUTION
from ktx_runtime.state.plugins import PluginsUnreadable, WantedPlugin, read_wanted_plugins


def wanted_plugin(text: str, *, editable: bool) -> WantedPlugin:
    """Read what was named. Raises `UsageError`."""
    wanted = _named(text, editable=editable)
    if canonicalize_name(wanted.distribution) == OUR_DISTRIBUTION:
        # It would take the place of the code that is to install it.
        raise UsageError(f"a plugin cannot be called as ktx itself is: {wanted.distribution}", code="plugin-name")
    return wanted


def _named(text: str, *, editable: bool) -> WantedPlugin:
    path = Path(text).expanduser().absolute()
    if path.is_dir():
        return WantedPlugin(distribution=_project_name(path), requirement=str(path), editable=editable)
    if editable:
        raise UsageError(f"only a directory can be used as it is, and this is none: {text}")
    if text.endswith(".whl") and not re.match(r"[\w.-]+\s*@\s*\w+:", text):
        return _wheel(path)
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise UsageError(f"neither a requirement nor a wheel nor a directory: {text}") from error
    return WantedPlugin(distribution=canonicalize_name(requirement.name), requirement=str(requirement))


def _wheel(path: Path) -> WantedPlugin:
    if not path.is_file():
        raise UsageError(f"there is no such wheel: {path}")
    try:
        name = parse_wheel_filename(path.name)[0]
    except InvalidWheelFilename as error:
        raise UsageError(f"that is no name of a wheel: {path.name}") from error
    return WantedPlugin(distribution=name, requirement=f"{name} @ {path.as_uri()}")


def _project_name(directory: Path) -> str:
    try:
        project = tomllib.loads((directory / "pyproject.toml").read_text("utf-8"))["project"]
        return canonicalize_name(str(project["name"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"the directory has no pyproject.toml that names a project: {directory}") from error


def named_distribution(text: str, *, host: Host) -> str:
    """The wanted distribution that `text` names. Raises `UsageError` with near names."""
    try:
        known = [plugin.distribution for plugin in read_wanted_plugins(host.paths.plugins_file).plugins]
    except PluginsUnreadable as error:
        raise UsageError(str(error), hint="remove that file") from error
    name = canonicalize_name(text)
    if name in known:
        return name
    near = near_names(name, known)
    hint = f"did you mean {' or '.join(near)}?" if near else f"run: {host.command('runtime', 'plugins', 'list')}"
    raise UsageError(
        f"no such plugin was added: {text}", code="unknown-plugin", hint=hint, details={"near": list(near)}
    )
