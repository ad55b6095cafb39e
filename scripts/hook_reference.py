"""Write docs/reference/hooks.md from the hook specifications: `python -m scripts.hook_reference [--check]`."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from ktx_runtime.api import API_VERSION, OLDEST_API_VERSION
from ktx_runtime.registry.spec import HOOKS, HookPolicy, HookSpecs

FILE = Path(__file__).parents[1] / "docs" / "reference" / "hooks.md"

HEAD = f"""\
# Hooks

Generated from `ktx_runtime/registry/spec.py` by `make docs`; a test compares the two and runs the examples.

A plugin is a module named by an entry point in the group `ktx.plugins`. It implements hooks with
`ktx_runtime.api.hookimpl`, and may say which plugin API it was written for (`ktx_api_version = {API_VERSION}`; this
version of ktx accepts {OLDEST_API_VERSION} to {API_VERSION}). Arguments are passed by keyword; an implementation
may leave out those it does not need, may return any iterable of the records, and may be a generator.

| hook | phase | when it fails |
|---|---|---|
"""


def reference() -> str:
    """The whole page."""
    rows = "".join(f"| [`{hook.name}`](#{hook.name}) | {hook.phase} | {hook.on_failure} |\n" for hook in HOOKS)
    return HEAD + rows + "".join(_section(hook) for hook in HOOKS)


def _section(hook: HookPolicy) -> str:
    function = getattr(HookSpecs, hook.name)
    signature = inspect.signature(function)
    shown = signature.replace(parameters=[one for one in signature.parameters.values() if one.name != "self"])
    text, _, example = inspect.getdoc(function).partition("Example:\n")  # type: ignore[union-attr]
    code = inspect.cleandoc(example)
    return f"\n## {hook.name}\n\n```python\n{hook.name}{shown}\n```\n\n{text.strip()}\n\n```pycon\n{code}\n```\n"


def main(arguments: list[str]) -> int:
    """Write the page, or say that it is out of date."""
    page = reference()
    if arguments == ["--check"]:
        if FILE.read_text(encoding="utf-8") == page:
            return 0
        print(f"{FILE.name} is out of date\nrun: make docs", file=sys.stderr)
        return 1
    FILE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
