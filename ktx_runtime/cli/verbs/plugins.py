"""`ktx runtime plugins`: add, remove and list what others have written for ktx."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.progress import progress_listener
from ktx_runtime.cli.verbs.install import add_install_arguments, request_from
from ktx_runtime.install.ensure import Ensured, ensure_runtime
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.install.request import InstallRequest
from ktx_runtime.state.manifest import InstalledPlugin, Manifest
from ktx_runtime.state.plugins import PluginsUnreadable, WantedPlugin, read_wanted_plugins
from ktx_runtime.state.readiness import assess


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimePluginsChange:
    """The runtime after a plugin was added or removed."""

    changed: bool
    manifest: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimePluginsList:
    """The plugins that are wanted, and those that the runtime has, ktx's own among them."""

    wanted: tuple[WantedPlugin, ...]
    problem: str | None
    """Why the list of those wanted cannot be read."""
    plugins: tuple[InstalledPlugin, ...]


ANSWERS = (RuntimePluginsChange, RuntimePluginsList)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which plugin."""
    parser.add_argument("action", choices=("add", "remove", "list"))
    parser.add_argument(
        "plugin", nargs="?", help="add: a requirement, a wheel or a directory; remove: the distribution"
    )
    parser.add_argument("-e", "--editable", action="store_true", help="add: use the directory itself, not a copy")
    parser.set_defaults(feature=[])
    add_install_arguments(parser)


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Add or remove builds a new generation; if that fails, everything stays as it is."""
    if arguments.action == "list":
        return _list(call)
    from ktx_runtime.api.errors import UsageError  # noqa: PLC0415 - a list does without
    from ktx_runtime.install.plugin_source import named_distribution, wanted_plugin  # noqa: PLC0415 - packaging

    if not arguments.plugin:
        raise UsageError(f"missing argument: which plugin to {arguments.action}")
    request = request_from(arguments, call)
    if arguments.action == "add":
        plugin = wanted_plugin(arguments.plugin, editable=arguments.editable)
        return _answer(_ensure(replace(request, add_plugin=plugin), arguments, call), f"added {plugin.distribution}")
    name = named_distribution(arguments.plugin, host=call.host)
    return _answer(_ensure(replace(request, remove_plugin=name), arguments, call), f"removed {name}")


def _ensure(request: InstallRequest, arguments: argparse.Namespace, call: Call) -> Ensured:
    listener = progress_listener(call, style=arguments.progress)
    return ensure_runtime(request, host=call.host, ask=call.ask, listener=listener)


def _answer(ensured: Ensured, what: str) -> Answer:
    manifest = ensured.manifest
    names = ", ".join(manifest.feature_names())
    return Answer(data=RuntimePluginsChange(changed=ensured.changed, manifest=manifest), text=f"{what}; ready: {names}")


def _list(call: Call) -> Answer:
    paths = call.host.paths
    try:
        wanted = read_wanted_plugins(paths.plugins_file).plugins
        problem = None
    except PluginsUnreadable as error:
        wanted, problem = (), str(error)
    manifest = assess(paths, wheel_sha256=promised_sha256(call.host.environment)).manifest
    rows = {row.distribution: row for row in (manifest.plugins if manifest else ())}
    lines = [problem] if problem else []
    for plugin in wanted:
        row = rows.get(plugin.distribution)
        state = f"{row.version} {row.state}{f': {row.reason}' if row.reason else ''}" if row else "not installed yet"
        lines.append(f"{plugin.distribution}  {state}  ({plugin.requirement})")
    return Answer(
        data=RuntimePluginsList(wanted=wanted, problem=problem, plugins=manifest.plugins if manifest else ()),
        text="\n".join(lines) or "no plugins",
        exit_code=1 if problem else 0,
    )
