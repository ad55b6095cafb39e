"""`ktx runtime install`: make the runtime ready, with the features named."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.progress import progress_listener
from ktx_runtime.cli.words import answers
from ktx_runtime.install.ensure import Ensured, ensure_runtime
from ktx_runtime.install.request import InstallOptions, InstallRequest
from ktx_runtime.state.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeInstall:
    """The runtime as it now is."""

    changed: bool
    """Whether anything was installed."""
    manifest: Manifest


ANSWERS = (RuntimeInstall,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Features, consent, where packages come from, how progress is shown."""
    add_feature_argument(parser)
    add_install_arguments(parser)
    parser.set_defaults(explicit=True)
    parser.add_argument("--force", action="store_true", help="build a new environment even if the runtime is ready")


def add_feature_argument(parser: argparse.ArgumentParser) -> None:
    """`--feature NAME`, repeatable."""
    parser.add_argument(
        "--feature", action="append", default=[], metavar="NAME", help="a feature to have besides the default ones"
    )


def add_install_arguments(parser: argparse.ArgumentParser) -> None:
    """What every verb that may install understands."""
    parser.set_defaults(explicit=False)
    parser.add_argument("--yes", action="store_true", help="install without asking")
    parser.add_argument("--no-input", action="store_true", help="never ask; end with 4 where an answer is needed")
    parser.add_argument("--offline", action="store_true", help="use no network")
    parser.add_argument("--wheelhouse", type=Path, metavar="DIR", help="take all packages from this directory")
    parser.add_argument("--no-lock", action="store_true", help="resolve the dependencies afresh")
    parser.add_argument("--progress", choices=("bar", "lines", "json", "none"), help="how to show progress on stderr")


def ensure_from(arguments: argparse.Namespace, call: Call, *, rebuild: bool = False) -> Ensured:
    """Ensure what the arguments of a verb ask for."""
    request = request_from(arguments, call, rebuild=rebuild)
    listener = progress_listener(call, style=arguments.progress)
    return ensure_runtime(request, host=call.host, ask=call.ask, listener=listener)


def request_from(arguments: argparse.Namespace, call: Call, *, rebuild: bool = False) -> InstallRequest:
    """What the arguments of a verb ask for. Only `install` itself is explicit."""
    return InstallRequest(
        features=tuple(arguments.feature),
        explicit=arguments.explicit,
        answers=answers(
            yes=arguments.yes,
            no_input=arguments.no_input,
            interactive=call.interactive,
            environment=call.host.environment,
        ),
        options=InstallOptions(
            rebuild=rebuild,
            use_locks=not arguments.no_lock,
            offline=arguments.offline,
            wheelhouse=arguments.wheelhouse.absolute() if arguments.wheelhouse else None,
        ),
    )


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Install, and say what is there now."""
    ensured = ensure_from(arguments, call, rebuild=arguments.force)
    manifest = ensured.manifest
    names = ", ".join(manifest.feature_names())
    return Answer(
        data=RuntimeInstall(changed=ensured.changed, manifest=manifest),
        text=f"ktx {manifest.cli_version} is ready: {names}" + ("" if ensured.changed else " (nothing to do)"),
    )
