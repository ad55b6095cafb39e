"""Write docs/reference/plugin-api.md and testing.md from the code: `python -m scripts.api_reference [--check]`."""

from __future__ import annotations

import ast
import dataclasses
import enum
import importlib
import inspect
import re
import sys
import textwrap
import typing
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import ktx_runtime.api
from ktx_runtime import testing
from ktx_runtime.api import API_VERSION, KtxError

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"

HEAD = f"""\
# Plugin API

Generated from `ktx_runtime.api` by `make docs`; a test compares the two.

`ktx_runtime.api` is the only module of ktx's that a plugin imports, version {API_VERSION}. A plugin's module says which
it was written for: `ktx_api_version = {API_VERSION}`. Names that are not here are ktx's to change. What a plugin
implements is in [hooks](hooks.md); the way from nothing to a plugin that works is the
[tutorial](../tutorials/write-a-plugin.md). Fields are snake_case in Python; in files and `--json` answers they are
camelCase.
"""

BAR = "\\|"
GROUPS = {
    "Declaring": ("feature", "operation", "command", "health", "hooks", "record", "reference"),
    "Operations": ("context",),
    "Commands": ("commandline", "command_group", "completion", "envelope"),
    "Calling others": ("capabilities", "interruption"),
    "Databases": ("database",),
    "Errors and words": ("errors", "json_text", "near", "safe_text"),
}
"""Which modules are told together, in the order in which an author meets them. What is in none comes last."""


def reference() -> str:
    """The whole page."""
    homes = ktx_runtime.api._HOMES  # noqa: SLF001 - the page is about these
    rest = tuple(home for home in homes if home not in {name for names in GROUPS.values() for name in names})
    pieces = [HEAD]
    for title, modules in {**GROUPS, "More": rest}.items():
        if modules:
            pieces.append(f"\n## {title}\n")
            pieces += [_entry(name, home) for home in modules for name in homes[home]]
    return "".join(pieces)


def _entry(name: str, home: str) -> str:
    value = getattr(ktx_runtime.api, name)
    text = "".join(_lines(name, value, home))
    return f"\n### {name}\n\n{text.rstrip()}\n"


def _lines(name: str, value: object, home: str) -> Iterator[str]:
    if isinstance(value, type) and issubclass(value, KtxError):
        status = getattr(value, "http_status", None)
        bases = f"`{value.__bases__[0].__name__}`"
        yield f"{_text(value)}\n\n{bases}, exit code {value.exit_code}{f', HTTP {status}' if status else ''}\n"
        if value is KtxError:
            yield f"\n{_code(f'{name}{_signature(value)}')}"
    elif isinstance(value, type) and issubclass(value, enum.Enum):
        yield f"{_text(value)}\n\n" + "".join(f"- `{member.name}` = `{member.value}`\n" for member in value)
    elif isinstance(value, type) and issubclass(value, BaseModel):
        yield f"{_text(value)}\n"
        yield _table(_fields_of_model(value))
    elif isinstance(value, type) and dataclasses.is_dataclass(value):
        yield f"{_text(value)}\n"
        yield _table(_fields_of_dataclass(value))
        yield from _methods(value)
    elif isinstance(value, type):
        yield f"{_text(value)}\n"
        if not getattr(value, "_is_protocol", False) and "__init__" in vars(value):
            yield f"\n{_code(f'{name}{_signature(value)}')}"
        yield from _methods(value)
    elif inspect.isfunction(value):
        yield f"{_code(f'{name}{_signature(value)}')}\n{_text(value)}\n"
    else:
        yield f"{_code(_source_of(name, home))}\n{_told(name, home)}\n"


def _text(value: object) -> str:
    """The docstring; an example in it, which is indented, becomes a block of code."""
    text = inspect.getdoc(value) or ""
    return re.sub(r"(?:^|\n\n)((?: {4}[^\n]*(?:\n|$)|\n)+)", lambda found: f"\n\n{_code(found[1])}\n", text).strip()


def _code(text: str) -> str:
    return f"```python\n{textwrap.dedent(text).strip()}\n```\n"


def _signature(value: typing.Any) -> str:  # noqa: ANN401 - a class or a function
    found = inspect.signature(value)
    shown = [one.replace(annotation=_plain(one.annotation)) for one in found.parameters.values() if one.name != "self"]
    return str(found.replace(parameters=shown, return_annotation=_plain(found.return_annotation)))


class _Plain:
    """An annotation that shows as its words."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _plain(annotation: object) -> object:
    if annotation is inspect.Parameter.empty:
        return annotation
    return _Plain(_type(annotation))


def _type(annotation: object) -> str:
    if annotation is None or annotation is type(None):
        return "None"
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__name__
    text = str(annotation)
    text = re.sub(r"typing\.Annotated\[str, StringConstraints\(.*?\)\]", "CodeReference", text)
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", text)


def _fields_of_model(model: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    hints = typing.get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        default = "" if field.default is PydanticUndefined else _value(field.default)
        if field.default_factory is not None:
            default = "empty"
        kind = _type(hints[name])
        limits = "" if "CodeReference" in kind else _limits(field.metadata)
        yield name, kind + limits, _joined(default, field.description)


def _limits(metadata: list[object]) -> str:
    """What a value has to be beyond its type."""
    told = []
    for one in metadata:
        for key, sign in (("gt", ">"), ("ge", "≥"), ("lt", "<"), ("le", "≤"), ("min_length", "length ≥")):
            if getattr(one, key, None) is not None:
                told.append(f"{sign} {getattr(one, key)}")
        if getattr(one, "pattern", None):
            told.append(f"matches {one.pattern}")  # type: ignore[attr-defined]
    return f", {', '.join(told)}" if told else ""


def _fields_of_dataclass(kind: type) -> Iterator[tuple[str, str, str]]:
    for field in dataclasses.fields(kind):
        default = "" if field.default is dataclasses.MISSING else _value(field.default)
        if field.default_factory is not dataclasses.MISSING:
            default = _factory(field.default_factory)
        yield field.name, _type(field.type), default


def _factory(factory: object) -> str:
    if factory in {dict, list}:
        return "empty"
    return f"{_type(factory)}()" if isinstance(factory, type) else "the process's own"


def _value(value: object) -> str:
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if dataclasses.is_dataclass(value):
        return f"{type(value).__name__}()"
    if isinstance(value, tuple):
        return f"({', '.join(map(_value, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


def _joined(default: str, description: str | None) -> str:
    return "; ".join(part for part in (default, description) if part)


def _table(fields: Iterator[tuple[str, str, str]]) -> str:
    rows = [f"| `{name}` | `{kind.replace('|', BAR)}` | {_cell(default)} |\n" for name, kind, default in fields]
    return "\n| field | type | default |\n|---|---|---|\n" + "".join(rows) if rows else ""


def _cell(default: str) -> str:
    value, _, described = default.partition("; ")
    shown = f"`{value}`" if value and value not in {"empty", "the process's own"} else value
    return "; ".join(part for part in (shown, described) if part)


def _methods(kind: type) -> Iterator[str]:
    for name, value in vars(kind).items():
        if name.startswith("_") or not (inspect.isfunction(value) or isinstance(value, property)):
            continue
        if isinstance(value, property):
            yield f"\n**`{name}`** {_text(value)}\n"
        elif inspect.getdoc(value):
            yield f"\n{_code(f'{name}{_signature(value)}')}\n{_text(value)}\n"


def _source_of(name: str, home: str) -> str:
    """How the module defines `name`."""
    tree, source = _module(home)
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return ast.get_source_segment(source, node) or name
    return name


def _told(name: str, home: str) -> str:
    """The text below the definition of `name`."""
    tree, _ = _module(home)
    for node, after in zip(tree.body, tree.body[1:], strict=False):
        targets = node.targets if isinstance(node, ast.Assign) else []
        is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if is_text and any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return inspect.cleandoc(str(after.value.value))  # type: ignore[attr-defined]
    return ""


def _module(home: str) -> tuple[ast.Module, str]:
    source = inspect.getsource(importlib.import_module(f"ktx_runtime.api.{home}"))
    return ast.parse(source), source


def testing_reference() -> str:
    """The page on what ships for test suites."""
    names = [name for name in testing.__all__ if not name.startswith("ktx")]
    pieces = [f"# Testing a plugin\n\nGenerated from `ktx_runtime.testing` by `make docs`.\n\n{_text(testing)}\n"]
    for title, suffix in (("What to inherit from", True), ("What fixtures give", False)):
        pieces.append(f"\n## {title}\n")
        for name in (name for name in names if name.endswith("Conformance") == suffix):
            value = getattr(testing, name)
            pieces.append(
                f"\n### {name}\n\n{''.join(_promises(value) if suffix else _lines(name, value, '')).rstrip()}\n"
            )
    return "".join(pieces)


def _promises(kind: type) -> Iterator[str]:
    """The tests of a conformance class, as the sentences that their names are."""
    yield f"{_text(kind)}\n\n"
    for name, value in vars(kind).items():
        if name.startswith("test_"):
            said = (inspect.getdoc(value) or "").partition("\n\n")[0].replace("\n", " ")
            yield f"- {name.removeprefix('test_').replace('_', ' ')}: {said}\n"


PAGES = {"plugin-api.md": reference, "testing.md": testing_reference}


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are out of date."""
    pages = {REFERENCE / name: page() for name, page in PAGES.items()}
    if arguments == ["--check"]:
        stale = [
            file.name for file, page in pages.items() if not file.exists() or file.read_text(encoding="utf-8") != page
        ]
        if stale:
            print(f"out of date: {', '.join(stale)}\nrun: make docs", file=sys.stderr)
        return 1 if stale else 0
    for file, page in pages.items():
        file.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
