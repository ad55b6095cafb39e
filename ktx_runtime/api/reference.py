"""Code named as text: `"module:attribute"`, resolved only in the worker."""

import importlib
from typing import Annotated

from pydantic import StringConstraints

CodeReference = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_.]*$"),
]
"""`"package.module:attribute"`. A declaration holds these instead of the objects, so that it can be
imported without the feature's extras. ASCII only: a pattern with all of Unicode's letters (`\\w`) costs half a
millisecond for each field that has it, at every start."""


def resolve_reference(reference: CodeReference) -> object:
    """Import what `reference` names.

    Raises ImportError or AttributeError, unchanged, when it names nothing; the caller knows whose it is.
    """
    module_name, _, path = reference.partition(":")
    found: object = importlib.import_module(module_name)
    for name in path.split("."):
        found = getattr(found, name)
    return found
