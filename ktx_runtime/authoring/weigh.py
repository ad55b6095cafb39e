"""`python -I -m ktx_runtime.authoring.weigh TARGET`: what importing a plugin's declaration costs, as JSON.

Runs in the environment that the plugin is installed in, in a process of its own: it imports the plugin.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import tempfile
import time
from collections.abc import Iterable

from packaging.utils import canonicalize_name

from ktx_runtime.api import Feature, Record, hookimpl
from ktx_runtime.registry.ask import load_plugin
from ktx_runtime.registry.discovery import OUR_DISTRIBUTION
from ktx_runtime.registry.faults import Fault, guarded


class Weight(Record):
    """`seconds` is processor time; `distributions` are those whose modules came along, beside the plugin's own.

    `fault` is why it could not be imported; `printed` whether it wrote to stdout.
    """

    seconds: float
    distributions: tuple[str, ...] = ()
    printed: bool = False
    fault: str | None = None


def main(target: str) -> int:
    """Import `target` and tell."""
    _ = Feature, hookimpl  # what every declaration imports is not its weight
    answer_to = os.dup(1)
    with tempfile.TemporaryFile() as printed:
        os.dup2(printed.fileno(), 1)
        before, began = set(sys.modules), time.process_time()
        plugin = guarded(lambda: load_plugin(target))
        seconds = time.process_time() - began
        sys.stdout.flush()
        weight = Weight(
            seconds=round(seconds, 4),
            distributions=tuple(_distributions(set(sys.modules) - before, but=_own(target))),
            printed=printed.tell() > 0,
            fault=plugin.reason if isinstance(plugin, Fault) else None,
        )
    os.dup2(2, 1)
    with os.fdopen(answer_to, "w", encoding="utf-8") as stream:
        # On a line of its own, whatever the plugin prints before and after.
        stream.write("\n" + weight.model_dump_json() + "\n")
    return 0


def _distributions(modules: Iterable[str], *, but: set[str]) -> list[str]:
    packages = {name.partition(".")[0] for name in modules}
    known = importlib.metadata.packages_distributions()
    found = {canonicalize_name(name) for package in packages for name in known.get(package, ())}
    return sorted(found - but - {OUR_DISTRIBUTION})


def _own(target: str) -> set[str]:
    """The distributions with the plugin's own top-level package."""
    package = target.partition(":")[0].partition(".")[0]
    return {canonicalize_name(name) for name in importlib.metadata.packages_distributions().get(package, ())}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
