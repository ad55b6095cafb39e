"""One operation of a managed environment, without the records of all the others."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import from_json

from ktx_runtime.api import Operation

_SCHEMA_VERSION = 1


def quick_operation(name: str, *, prefix: str = sys.prefix) -> tuple[str, Operation] | None:
    """The feature to install for the operation called `name`, and the operation.

    None wherever there is anything to say about it: no catalogue, a damaged or newer one, no such operation, plugins
    that wrap operations. `load_catalogue` then says it.
    """
    try:
        found = from_json((Path(prefix).parent / "catalogue.json").read_bytes())
        if found["schemaVersion"] != _SCHEMA_VERSION or _is_wrapped(found):
            return None
        for feature, declared in _operations(found):
            if declared["name"] == name:
                return feature, Operation.model_validate(declared)
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None
    return None


def _is_wrapped(catalogue: Mapping[str, object]) -> bool:
    plugins = catalogue["plugins"]
    if not isinstance(plugins, list):
        raise TypeError("plugins is not a list")
    return any("ktx_run_operation" in plugin["liveHooks"] for plugin in plugins)


def _operations(catalogue: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    features = catalogue["features"]
    if not isinstance(features, list):
        raise TypeError("features is not a list")
    for entry in features:
        for declared in entry["feature"]["operations"]:
            yield str(entry["feature"].get("installWith") or entry["feature"]["name"]), declared
