"""Where this worker runs: in a managed generation, or in an environment of somebody's own."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.state import RuntimePaths, runtime_root
from ktx_runtime.version import VERSION


@dataclass(frozen=True, slots=True)
class Installation:
    """`generation` is None where the environment is not managed."""

    paths: RuntimePaths
    generation: str | None


def find_installation(environment: Mapping[str, str], *, prefix: str = sys.prefix) -> Installation:
    """What surrounds the interpreter at `prefix`: `<root>/<version>/generations/<id>/venv`, or anything else."""
    generation = Path(prefix).parent
    if generation.parent.name == "generations" and (generation / "catalogue.json").is_file():
        version_directory = generation.parent.parent
        return Installation(RuntimePaths(version_directory.parent, version_directory.name), generation.name)
    root = runtime_root(environment, platform=sys.platform, home=Path.home()).path
    return Installation(RuntimePaths(root, VERSION), None)
