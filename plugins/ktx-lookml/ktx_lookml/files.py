"""Files to what they declare. A file that cannot be read is a warning, and hides no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ktx_lookml.grammar import parse
from ktx_lookml.wire import File

Block = dict[str, Any]
"""A LookML block as lkml reads it: parameters by name."""

_OF_BLOCKS = frozenset({"dimensions", "dimension_groups", "measures", "filters", "parameters", "joins"})
"""Parameters of a view or an explore that hold blocks with names."""

_NOT_LOOKML = (".dashboard.lookml", ".dashboard.lkml", ".md", ".json", ".strings.json")


@dataclass(slots=True)
class Declared:
    """What the files declare, in their order. A name that begins with `+` refines."""

    views: list[Block] = field(default_factory=list)
    explores: list[Block] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def read_files(files: Iterable[File]) -> Declared:
    """Parse every file."""
    declared = Declared()
    for file in files:
        if file.path.lower().endswith(_NOT_LOOKML):
            continue
        try:
            document = parse(file.content)
        except (SyntaxError, RecursionError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            # lkml raises a SyntaxError for what it foresees, and whatever Python does for the rest.
            said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            declared.warnings.append(f"{file.path}: cannot be read: {said}")
            continue
        for constant in _blocks(document, "constants", file, declared):
            declared.constants[constant["name"]] = str(constant.get("value", ""))
        for key, objects in (("views", declared.views), ("explores", declared.explores)):
            for block in _blocks(document, key, file, declared):
                for part in _OF_BLOCKS & block.keys():
                    block[part] = list(_blocks(block, part, file, declared))
                objects.append(block)
    return declared


def _blocks(document: Block, key: str, file: File, declared: Declared) -> Iterator[Block]:
    """The blocks of one kind. What has no name or no body there is a warning."""
    found = document.get(key, ())
    for block in found if isinstance(found, list | tuple) else (found,):
        if not isinstance(block, dict) or not isinstance(block.get("name"), str):
            declared.warnings.append(f"{file.path}: a {key.removesuffix('s')} without a name or a body is left out")
            continue
        yield block


def with_constants(value: Any, constants: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever a block holds
    """`value` with every `@{name}` replaced. One that is not known stays, and is refused where it is used."""
    if isinstance(value, str):
        return _replaced(value, constants) if "@{" in value else value
    if isinstance(value, list):
        return [with_constants(item, constants) for item in value]
    if isinstance(value, dict):
        return {key: with_constants(item, constants) for key, item in value.items()}
    return value


def _replaced(text: str, constants: Mapping[str, str]) -> str:
    pieces = text.split("@{")
    replaced = [pieces[0]]
    for piece in pieces[1:]:
        name, brace, rest = piece.partition("}")
        known = brace and name.strip() in constants
        replaced.append(f"{constants[name.strip()]}{rest}" if known else f"@{{{piece}")
    return "".join(replaced)


def is_yes(block: Mapping[str, Any], key: str) -> bool:
    """Whether a yesno parameter says yes."""
    return str(block.get(key, "no")).lower() == "yes"


def names_in(block: Mapping[str, Any], key: str) -> list[str]:
    """The names that a parameter lists, which may be given several times (`extends`)."""
    listed: list[str] = []
    for name in (key, f"{key}__all"):
        listed += _flat(block.get(name, ()))
    return listed


def _flat(value: Any) -> Iterator[str]:  # noqa: ANN401 - a name, or lists of them
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
